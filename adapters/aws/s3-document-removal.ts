import { Invalid, Unavailable } from "#domain/failures";
import { hashInAddress } from "#domain/lineage";
import type { DocumentRemoval } from "#ports/document-removal";
import type { AwsApi } from "./aws-api.ts";

const version =
  /<(?<what>Version|DeleteMarker)>[\s\S]*?<Key>(?<key>[^<]*)<\/Key>[\s\S]*?<VersionId>(?<id>[^<]*)<\/VersionId>[\s\S]*?<\/\k<what>>/g;
/** Of one listing: a content address has one or two versions, and a mark for each time that it was deleted. */
const listingsMax = 20;

/** ports/document-removal over a versioned bucket: each version is deleted by its name, so that none is kept as a former one. */
export function createS3DocumentRemoval({ api, bucket }: { readonly api: AwsApi; readonly bucket: string }): DocumentRemoval {
  return {
    async remove(address) {
      if (hashInAddress(address) === undefined)
        throw new Invalid(`"${address.slice(0, 200)}" is no content address: nothing else is removed here`);
      try {
        for (let listings = 0; listings < listingsMax; listings += 1) {
          const versions = await versionsOf(address);
          if (versions.length === 0) return;
          for (const versionId of versions)
            await api.send({
              operation: "S3.DeleteObject",
              service: "s3",
              method: "DELETE",
              bucket,
              path: `/${address}`,
              query: { versionId },
            });
        }
      } catch (error) {
        throw new Unavailable(`${address} may still be there: remove it again`, { cause: error });
      }
      throw new Unavailable(`${address} has more versions than are removed at once: remove it again`);
    },
  };

  async function versionsOf(address: string): Promise<string[]> {
    const query = { versions: "", prefix: address };
    const { body } = await api.send({ operation: "S3.ListObjectVersions", service: "s3", method: "GET", bucket, path: "/", query });
    return [...body.matchAll(version)].flatMap(({ groups }) => (groups?.key === address && groups.id !== undefined ? [groups.id] : []));
  }
}
