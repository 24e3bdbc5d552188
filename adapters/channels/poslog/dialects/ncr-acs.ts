import type { PoslogDialect } from "#domain/pos-dialects";

/** NCR Advanced Checkout Solution: POSLog 2.1 whose offers are LoyaltyReward lines, each told twice: in detail and as a sum. */
export const ncrAcs: PoslogDialect = {
  why: "A public NCR ACS sample (2 transactions): the reward with acs:detailedData carries the money, the one with acs:summarizedActivity repeats it.",
  namespaces: ["http://www.ncr.com/rsd/acs/tlog/markup/poslog/2.1"],
  repeatedAmounts: ["BaseRewardAmount", "ExtendedRewardAmount", "RequestedAmount", "DiscountAmount"],
  rewards: {
    element: "LoyaltyReward",
    amount: "ExtendedRewardAmount",
    onlyWith: "acs:detailedData",
    category: { element: "RewardCategory", is: "Monetary" },
    line: { reference: "OperatorSequenceReference", number: "OperatorSequence" },
  },
};
