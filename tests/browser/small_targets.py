"""What of a page a finger misses."""

TOO_SMALL = """((within) => {
  const controls = "button, a[href], input, select, summary, [role=tab], [role=slider]";
  const others = "[inert], .visually-hidden, .skip-link, .order-book tbody";
  const wholes = "label, .watch-list tr, .toast-text";
  const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !node.closest(others) && node.getBoundingClientRect().width > 0 && getComputedStyle(node).clipPath === "none";
  const seen = [...within.querySelectorAll(controls)].map((node) => node.closest(wholes) ?? node);
  const finds = (node, x, y) => node.contains(document.elementFromPoint(x, y));
  const reach = 21;
  const isSmall = (node) => {
    node.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = node.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const ways = [[-reach, 0], [reach, 0], [0, -reach], [0, reach]];
    return !ways.every(([right, down]) => finds(node, x + right, y + down));
  };
  return [...new Set(seen)].filter(isSeen).filter(isSmall).map((node) => node.outerHTML.slice(0, 100));
})"""
"""What a finger misses in a part of the page that comes down 21 pixels beside the middle of what it means to press."""
