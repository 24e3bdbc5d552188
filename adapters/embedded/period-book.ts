import { Invalid } from "#domain/failures";
import { closedInFiles, closingsKeptInFiles, type PolicyFile } from "#domain/policy";
import type { PeriodBook } from "#ports/period-book";
import type { EmbeddedPolicyStore } from "./policy-store.ts";

/** ports/period-book over the releases of a data folder: the files in force with one more rule in the entity's own file. */
export function createPeriodBook({ policies }: { readonly policies: Pick<EmbeddedPolicyStore, "amend"> }): PeriodBook {
  return {
    async close({ entity, rule, actor, reason, approvedBy }) {
      const change = (files: readonly PolicyFile[]) => {
        const closed = closedInFiles(files, entity, rule);
        if (closed === undefined) throw new Invalid(`the policies in force have no entity ${entity}`);
        return closed;
      };
      const carry = (pending: readonly PolicyFile[], closed: readonly PolicyFile[]) => closingsKeptInFiles(pending, closed, entity);
      const author = { actor, reason, ...(approvedBy === undefined ? {} : { approvedBy }) };
      const { release, isNew } = await policies.amend(author, change, carry);
      return { release: release.release, isNew };
    },
  };
}
