"""Line charts as SVG, light enough for a repository."""
import dataclasses
import html
import math

WIDTH, HEIGHT = 460, 300  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 52, 78, 34, 44
COLOURS = ["#c0392b", "#d68910", "#1e8449", "#2471a3", "#6c3483"]
STYLE = ("text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.grid{stroke:#e4e4e4}"
         ".axis{stroke:#777}path{fill:none;stroke-width:2}")


@dataclasses.dataclass
class Line:
    name: str
    points: list  # (x, y)
    dots: bool = False  # points alone
    colour: int = 0


@dataclasses.dataclass
class Panel:
    title: str
    x_label: str
    y_label: str
    lines: list
    x_ticks: list
    y_ticks: list
    x_log: bool = True
    y_log: bool = False


def placed(value, ticks, log, begin, end):
    """Where `value` lies between the outer ticks, on the way from `begin` to `end`."""
    low, high = ticks[0], ticks[-1]
    if log:
        value, low, high = math.log(value), math.log(low), math.log(high)
    return begin + (value - low) / (high - low) * (end - begin)


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{html.escape(words)}</text>'


def spread(wanted, gap, lowest):
    """Heights of labels, in the order given, so that none covers another or lies below `lowest`."""
    order = sorted(range(len(wanted)), key=lambda i: -wanted[i])
    heights = list(wanted)
    for i in order:
        heights[i] = min(heights[i], lowest)
        lowest = heights[i] - gap
    return heights


def draw_panel(panel, left):
    begin, end = left + LEFT, left + WIDTH - RIGHT
    bottom, top = HEIGHT - BOTTOM, TOP

    def x_of(value):
        return placed(value, panel.x_ticks, panel.x_log, begin, end)

    def y_of(value):
        return placed(value, panel.y_ticks, panel.y_log, bottom, top)

    parts = [text(begin, 18, panel.title, extra=' class="title"'),
             text((begin + end) / 2, HEIGHT - 8, panel.x_label, "middle"),
             text(left + 14, (top + bottom) / 2, panel.y_label, "middle",
                  f' transform="rotate(-90 {left + 14} {(top + bottom) / 2})"')]
    for tick in panel.y_ticks:
        y = y_of(tick)
        parts.append(f'<path class="grid" d="M{begin} {y:.1f}H{end}"/>')
        parts.append(text(begin - 6, y + 4, f"{tick:g}", "end"))
    for tick in panel.x_ticks:
        parts.append(text(x_of(tick), bottom + 16, f"{tick:g}", "middle"))
    parts.append(f'<path class="axis" d="M{begin} {top}V{bottom}H{end}"/>')
    lines = [line for line in panel.lines if not line.dots]
    heights = spread([y_of(line.points[-1][1]) + 4 for line in lines], 14, bottom)
    for line in panel.lines:
        colour = COLOURS[line.colour % len(COLOURS)]
        if line.dots:
            parts += [f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="4" fill="{colour}"/>'
                      for x, y in line.points]
            continue
        way = "L".join(f"{x_of(x):.1f} {y_of(y):.1f}" for x, y in line.points)
        parts.append(f'<path d="M{way}" stroke="{colour}"/>')
        parts.append(text(end + 6, heights[lines.index(line)], line.name,
                          extra=f' style="fill:{colour}"'))
    return parts


def draw(panels, path):
    width = WIDTH * len(panels)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
             f'width="{width}" height="{HEIGHT}">', f"<style>{STYLE}</style>",
             f'<rect width="{width}" height="{HEIGHT}" fill="white"/>']
    for number, panel in enumerate(panels):
        parts += draw_panel(panel, number * WIDTH)
    path.write_text("\n".join([*parts, "</svg>", ""]))
