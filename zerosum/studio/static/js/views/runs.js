// Runs: all of them in a list, or one of them followed while it trains.

import { showList } from "../runs/list.js";
import { showRun } from "../runs/one.js";

export const show = (place, [id]) => (id ? showRun(place, id) : showList(place));
