/** Text cut to a width where CSS does not cut: in SVG. What is left out is told by an ellipsis. */

/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/** How wide a text is in the font of the page. @param {string} text @param {string} font weight and size */
function widthOf(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return text.length * 8;
  pen.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text).width;
}

/**
 * As much of a text as fits. The end of a path says more than its beginning: `from: "left"` cuts there.
 * @param {string} text @param {number} width_px @param {{ font?: string, from?: "left" | "right" }} [how]
 */
export function cutTo(text, width_px, { font = "500 13px", from = "right" } = {}) {
  if (widthOf(text, font) <= width_px) return text;
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const cut = (/** @type {number} */ count) => (from === "left" ? `…${letters.slice(letters.length - count).join("")}` : `${letters.slice(0, count).join("")}…`);
  let [low, high] = [0, letters.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(cut(middle), font) <= width_px) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}
