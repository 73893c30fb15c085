// The shared screen of a cabin, from its own script on.

import { firstOf } from "../common/first.mjs";
import { mountCabin } from "./cabin.mjs";

const { host, ...given } = firstOf("cabin", import.meta.url);
mountCabin(host, given);
