#include "mpibert/picture/svg.h"

#include <string.h>

#include "mpibert/core/utf8.h"

/* The classes that pictures use, in colours for light pages and then for dark ones; without
 * variables, which some viewers do not know. */
static const char STYLE[] = "<style>\n"
                            "text { font-family: system-ui, sans-serif; fill: #1f2328; }\n"
                            "text.title { font-size: 16px; font-weight: 600; }\n"
                            "text.label { font-size: 12px; }\n"
                            "text.small { font-size: 11px; fill: #59636e; }\n"
                            ".page { fill: #ffffff; }\n"
                            ".line { stroke: #d1d9e0; fill: none; }\n"
                            ".mark { fill: #0b5cad; stroke: #ffffff; stroke-width: 1.5; }\n"
                            "@media (prefers-color-scheme: dark) {\n"
                            "text { fill: #e6edf3; }\n"
                            "text.small { fill: #9198a1; }\n"
                            ".page { fill: #0d1117; }\n"
                            ".line { stroke: #3d444d; }\n"
                            ".mark { fill: #6cb6ff; stroke: #0d1117; }\n"
                            "}\n"
                            "text.on-dark { fill: #ffffff; }\n"
                            "text.on-light { fill: #000000; }\n"
                            "</style>\n";

static const char REPLACEMENT[] = "\xEF\xBF\xBD"; /* U+FFFD */

mpb_status mpb_svg_begin(mpb_buffer *svg, double width, double height, const char *title)
{
    MPB_TRY(mpb_buffer_append_format(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
        "viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n",
        width, height, width, height));
    MPB_TRY(mpb_svg_put_title(svg, title));
    MPB_TRY(mpb_buffer_append_text(svg, "\n"));
    MPB_TRY(mpb_buffer_append_text(svg, STYLE));
    MPB_TRY(mpb_buffer_append_text(svg, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n"));
    return mpb_svg_put_text(svg,
                            &(mpb_svg_text){.x = 20.0, .y = 28.0, .kind = "title", .text = title});
}

mpb_status mpb_svg_end(mpb_buffer *svg)
{
    return mpb_buffer_append_text(svg, "</svg>\n");
}

/* What stands for a code point that cannot stand for itself; NULL: it can. */
static const char *stand_in(uint32_t code_point)
{
    switch (code_point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
    case '\n':
    case '\r':
        return " ";
    case 0xFFFE:
    case 0xFFFF:
        return REPLACEMENT;
    default:
        return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ? REPLACEMENT : NULL;
    }
}

mpb_status mpb_svg_escape(mpb_buffer *svg, const char *text, size_t most)
{
    const size_t size = strlen(text);
    size_t seen = 0;
    size_t at = 0;

    while (at < size && (most == 0 || seen < most)) {
        uint32_t code_point = 0xFFFF;
        const size_t length = mpb_utf8_decode(text + at, size - at, &code_point);
        const char *instead = stand_in(code_point);

        MPB_TRY(instead != NULL ? mpb_buffer_append_text(svg, instead)
                                : mpb_buffer_append(svg, text + at, length));
        at += length == 0 ? 1 : length;
        seen++;
    }
    return at < size ? mpb_buffer_append_text(svg, "...") : MPB_OK;
}

mpb_status mpb_svg_put_title(mpb_buffer *svg, const char *text)
{
    MPB_TRY(mpb_buffer_append_text(svg, "<title>"));
    MPB_TRY(mpb_svg_escape(svg, text, 0));
    return mpb_buffer_append_text(svg, "</title>");
}

mpb_status mpb_svg_put_text(mpb_buffer *svg, const mpb_svg_text *text)
{
    static const char *const anchors[] = {
        [MPB_SVG_START] = "start", [MPB_SVG_MIDDLE] = "middle", [MPB_SVG_END] = "end"};

    MPB_TRY(mpb_buffer_append_format(svg,
                                     "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                                     text->kind, text->x, text->y, anchors[text->anchor]));
    MPB_TRY(mpb_svg_escape(svg, text->text, text->most));
    return mpb_buffer_append_text(svg, "</text>\n");
}
