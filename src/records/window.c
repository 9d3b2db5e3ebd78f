#include "window.h"

enum { WINDOW_SIZE = 1 << 18 };

mpb_status mpb_window_at(mpb_window *window, uint64_t at, const char **bytes, size_t *size)
{
    const mpb_input *input = window->input;

    if (input->content != NULL && !input->cr_lines) {
        *bytes = input->content + at;
        *size = (size_t)(input->size - at);
        return MPB_OK;
    }
    if (at < window->begin || at >= window->begin + window->held.size) {
        uint64_t left = input->size - at;

        MPB_TRY(mpb_input_fetch(input, at, left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE,
                                &window->held));
        window->begin = at;
    }
    *bytes = window->held.data + (at - window->begin);
    *size = (size_t)(window->begin + window->held.size - at);
    return MPB_OK;
}

mpb_status mpb_window_check(const mpb_window *window, uint64_t begin, uint64_t at)
{
    const mpb_input *input = window->input;
    const mpb_place place = {.name = input->name,
                             .path = input->path,
                             .content = input->content,
                             .before = begin,
                             .cr_lines = input->cr_lines,
                             .line = 1};

    return input->options->skip_bad || at - begin <= MPB_RECORD_LIMIT
               ? MPB_OK
               : mpb_input_refuse_long(input, at - begin, &place);
}

void mpb_window_clear(mpb_window *window)
{
    mpb_buffer_clear(&window->held);
    *window = (mpb_window){0};
}
