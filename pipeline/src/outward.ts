import type { AppError, AppFailure } from "./failure.js";
import { bare } from "./outcome.js";

/** For a platform that shows or logs the message and the stack of what it is given: the code alone. The cause has been told. */
export const outward = ({ error }: AppFailure): AppFailure => Object.assign(bare({ code: error.code } as AppError), { error });
