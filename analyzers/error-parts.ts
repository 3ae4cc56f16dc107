/** Properties of an error that tell what went wrong inside. */
export const TEXT_PARTS = /^(?:message|stack|stackTrace|stacktrace|shortMessage|longMessage|originalMessage|rawMessage|errorMessage|sqlMessage|sql|detail|stderr)$/;
/** Properties of an error that are one: its cause, and what drivers wrap. */
export const ERROR_PARTS = /^(?:cause|originalError|original|parent|inner|innerError|rootCause|err|nativeError|driverError)$/;
