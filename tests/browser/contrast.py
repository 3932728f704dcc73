"""How far the colour of a graphic stands out of its ground (https://www.w3.org/TR/WCAG21/#non-text-contrast)."""

LEAST_OF_GRAPHICS = 3.0


def contrast(selector: str, *, of: str = "color") -> str:
    """Return an expression: the least contrast of all that match, each as it is blended with what lies below it.

    `of` is the property of their style that draws them, such as `borderColor`.
    """
    return f"Math.min(...[...document.querySelectorAll('{selector}')].map((graphic) => {_CONTRAST}(graphic, '{of}')))"


_CONTRAST = """((graphic, drawnBy) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const fill = (colour, opacity) => {
    context.globalAlpha = opacity;
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
  };
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = () => {
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => linear(byte / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds = [];
  for (let node = graphic; node; node = node.parentElement) grounds.unshift(getComputedStyle(node).backgroundColor);
  for (const ground of grounds) fill(ground, 1);
  const below = luminance();
  fill(getComputedStyle(graphic)[drawnBy], Number(getComputedStyle(graphic).opacity));
  const own = luminance();
  return (Math.max(own, below) + 0.05) / (Math.min(own, below) + 0.05);
})"""
