/**
 * @param {{message?: string}} event a socket's error
 * @returns {Refusal | undefined} undefined where it is none, or can't be told from a lost connection
 */
export function refusalOf({ message }: {
    message?: string;
}): Refusal | undefined;
export type Refusal = {
    /**
     * for programs
     */
    code: string;
    /**
     * for people
     */
    message: string;
    /**
     * as of `afterClose`
     */
    next: "wait" | "stop";
};
