/** What looking at something gives, even if it is a proxy that was revoked, or has a getter that throws. */
export function safe<T>(look: () => T, otherwise: T): T {
  try {
    return look();
    // nobypass-disable-next-line swallowed-error -- what cannot be looked at has nothing to tell
  } catch {
    return otherwise;
  }
}

/** Told in a line already, and to whoever awaits it. That nobody does yet is no reason to end the process. */
export function quiet<T>(told: Promise<T>): Promise<T> {
  told.catch(() => {});
  return told;
}
