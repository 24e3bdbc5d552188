export interface CatalogueItem {
  readonly sku: string;
  readonly name: string;
  readonly class: "kitchen" | "table" | "textiles" | "lighting" | "garden";
  /** Shelf price in cents, USD and CAD, without tax. */
  readonly usd: number;
  readonly cad: number;
  /** What one piece cost in cents, USD and CAD. */
  readonly costUsd: number;
  readonly costCad: number;
}

const item = (
  sku: string,
  name: string,
  kind: CatalogueItem["class"],
  usd: number,
  cad: number,
  costUsd: number,
  costCad: number,
): CatalogueItem => ({ sku, name, class: kind, usd, cad, costUsd, costCad });

/** Everything that Fernwick & Vale sells. The policies list the same items with their classes; a test holds the two together. */
export const catalogue: readonly CatalogueItem[] = [
  item("KIT-KETTLE-15", "Enamel kettle 1.5 l", "kitchen", 6400, 8400, 2640, 3510),
  item("KIT-SKILLET-26", "Cast iron skillet 26 cm", "kitchen", 5800, 7600, 2215, 2950),
  item("KIT-BOARD-OAK", "Oak cutting board", "kitchen", 3900, 5200, 1420, 1890),
  item("KIT-KNIFE-20", "Chef's knife 20 cm", "kitchen", 8900, 11900, 3810, 5070),
  item("KIT-GRINDER", "Beech pepper grinder", "kitchen", 2950, 3900, 985, 1310),
  item("TAB-PLATE-27", "Stoneware plate 27 cm", "table", 1800, 2400, 610, 815),
  item("TAB-BOWL-15", "Stoneware bowl 15 cm", "table", 1450, 1950, 495, 660),
  item("TAB-MUG-35", "Stoneware mug 0.35 l", "table", 1299, 1699, 405, 540),
  item("TAB-CARAFE-1", "Glass carafe 1 l", "table", 2600, 3400, 880, 1170),
  item("TAB-CUTLERY-16", "Cutlery set, 16 pieces", "table", 11900, 15900, 5125, 6820),
  item("TEX-THROW-WOOL", "Wool throw 130 x 180", "textiles", 12900, 16900, 5460, 7265),
  item("TEX-CUSHION-45", "Linen cushion 45 cm", "textiles", 4200, 5600, 1590, 2115),
  item("TEX-TOWEL-70", "Waffle towel 70 x 140", "textiles", 3200, 4300, 1105, 1470),
  item("TEX-NAPKIN-4", "Linen napkins, set of 4", "textiles", 3600, 4800, 1240, 1650),
  item("TEX-APRON", "Canvas apron", "textiles", 4495, 5995, 1615, 2150),
  item("LIG-LAMP-DESK", "Brass desk lamp", "lighting", 14900, 19900, 6720, 8940),
  item("LIG-LAMP-FLOOR", "Tripod floor lamp", "lighting", 22900, 29900, 10450, 13900),
  item("LIG-CANDLE-SOY", "Soy candle, cedar", "lighting", 1995, 2695, 590, 785),
  item("LIG-LANTERN-M", "Storm lantern, medium", "lighting", 4750, 6250, 1835, 2440),
  item("LIG-BULB-E27", "Filament bulb E27", "lighting", 950, 1250, 310, 410),
  item("GAR-PLANTER-30", "Terracotta planter 30 cm", "garden", 3400, 4500, 1150, 1530),
  item("GAR-TROWEL", "Ash-handled trowel", "garden", 1650, 2200, 520, 690),
  item("GAR-WATERING-5", "Watering can 5 l", "garden", 4900, 6500, 1885, 2505),
  item("GAR-GLOVES-M", "Leather garden gloves", "garden", 2750, 3650, 895, 1190),
  item("GAR-SEEDS-HERB", "Herb seed box", "garden", 1495, 1995, 430, 575),
];

/** Throws RangeError for a stock-keeping unit that is not in the catalogue. */
export function catalogueItem(sku: string): CatalogueItem {
  const found = catalogue.find((each) => each.sku === sku);
  if (found === undefined) throw new RangeError(`${sku} is not in the catalogue`);
  return found;
}
