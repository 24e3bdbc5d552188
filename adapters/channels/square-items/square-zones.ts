/** The zones that Square's dashboard names in its exports (those of Ruby on Rails), where it has sellers. */
const zones: Readonly<Record<string, string>> = {
  Hawaii: "Pacific/Honolulu",
  Alaska: "America/Anchorage",
  "Pacific Time (US & Canada)": "America/Los_Angeles",
  Arizona: "America/Phoenix",
  "Mountain Time (US & Canada)": "America/Denver",
  "Central Time (US & Canada)": "America/Chicago",
  Saskatchewan: "America/Regina",
  "Eastern Time (US & Canada)": "America/New_York",
  "Indiana (East)": "America/Indiana/Indianapolis",
  "Atlantic Time (Canada)": "America/Halifax",
  Newfoundland: "America/St_Johns",
  "Puerto Rico": "America/Puerto_Rico",
  London: "Europe/London",
  Dublin: "Europe/Dublin",
  Paris: "Europe/Paris",
  Madrid: "Europe/Madrid",
  Tokyo: "Asia/Tokyo",
  Osaka: "Asia/Tokyo",
  Perth: "Australia/Perth",
  Adelaide: "Australia/Adelaide",
  Darwin: "Australia/Darwin",
  Brisbane: "Australia/Brisbane",
  Sydney: "Australia/Sydney",
  Melbourne: "Australia/Melbourne",
  Canberra: "Australia/Sydney",
  Hobart: "Australia/Hobart",
  UTC: "UTC",
};

/** The IANA zone of a name such as "Eastern Time (US & Canada)"; undefined for a name that nobody knows here. */
export function squareZone(name: string): string | undefined {
  if (Object.hasOwn(zones, name)) return zones[name];
  return /^[A-Za-z_]+\/[A-Za-z0-9_+/-]+$/.test(name) ? name : undefined;
}
