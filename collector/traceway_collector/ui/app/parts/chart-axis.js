/** Words below a chart of time: the time of day, with the date where a day begins. Pure but for the local time zone. */

const DAY_S = 86_400;
const two = (/** @type {number} */ value) => String(value).padStart(2, "0");

/** @param {readonly number[]} splits seconds @param {number} step_s between them @returns {string[]} */
export function axisTimes(splits, step_s) {
  let day = "";
  return splits.map((at_s) => {
    const at = new Date(at_s * 1000);
    const date = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const isNew = day !== "" && date !== day;
    day = date;
    if (step_s >= DAY_S) return date;
    if (isNew && clock === "00:00") return date;
    return step_s < 60 ? `${clock}:${two(at.getSeconds())}` : clock;
  });
}
