/**
 * How long is kept what may hold personal data and cannot be taken apart when one customer asks: a file that somebody dropped, a part of an
 * archive, a page of a gateway's report, a backup. Both hosts go by it; what was asked to be erased is nowhere after `daysInAll`.
 */
export const retention = {
  daysInAll: 30,
  /** After this a file ends; what a versioned bucket or a move left of it ends within the rest. */
  fileDays: 23,
  formerVersionDays: 7,
  /** Folders of the documents that hold nothing else. */
  passingFolders: ["passing", "unpacked"],
} as const;
