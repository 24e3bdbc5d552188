/**
 * The form of a resolved policy. It is raised when code that knows the one before would read a policy of the new form wrongly: such code then holds what it
 * cannot decide instead.
 */
export const policyForm = 1;
