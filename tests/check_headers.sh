#!/bin/sh
# Fails where a public header declares a name without the prefix, or a function without a word on whether
# it is collective or local: in the header's first comment, or in the comment above the function or
# its pair.
#
#     tests/check_headers.sh [ROOT]
set -eu
cd "${1:-$(dirname "$0")/..}"

find include -name '*.h' | sort | xargs awk '
    function fault(what) {
        print FILENAME ":" FNR ": " what
        faults++
    }
    function says(text) { return tolower(text) ~ /(^|[^a-z])(collective|local)([^a-z]|$)/ }

    # What an enumeration holds between its braces, or a name that is declared.
    function check_prefix(name, prefix) {
        if (name !~ "^(" prefix "|$)") {
            fault("`" name "` lacks the prefix " prefix)
        }
    }
    function check_enumerators(list,    i, n, item) {
        n = split(list, item, ",")
        for (i = 1; i <= n; i++) {
            gsub(/=.*|[ \t]/, "", item[i])
            check_prefix(item[i], "MPB_")
        }
    }
    # A declaration without its comments and what stood in braces.
    function check_declaration(text,    name, is_type) {
        is_type = text ~ /^ *typedef/
        if (text ~ /^ *enum/ || text ~ /^ *typedef +enum/) {
            check_enumerators(braced)
        }
        if (match(text, /[a-z_][a-z0-9_]* *\(/)) {
            name = substr(text, RSTART, RLENGTH)
            sub(/ *\($/, "", name)
        } else {
            name = text
            sub(/ *(\[[^]]*\])* *$/, "", name)
            sub(/ +=.*/, "", name)
            sub(/.*[ *]/, "", name)
        }
        if (name != "enum") {
            check_prefix(name, "mpb_")
        }
        if (!is_type && text ~ /\(/ && text !~ /^ *_Static_assert/ && !says(head) && !says(comment)) {
            fault("`" name "` is said to be neither collective nor local")
        }
    }
    function end_declaration() {
        if (declaration ~ /[a-z]/ && declaration !~ /^ *_Static_assert/) {
            check_declaration(declaration)
        }
        declaration = braced = ""
    }

    FNR == 1 { head = comment = declaration = braced = ""; depth = in_comment = in_macro = 0; is_head = 1 }
    in_macro || /^[ \t]*#/ {
        if (!in_macro && $0 ~ /^#define [A-Za-z]/) {
            name = $2
            sub(/\(.*/, "", name)
            check_prefix(name, "MPB_")
        }
        in_macro = /\\$/
        next
    }
    /^$/ && !in_comment && declaration == "" {
        is_head = is_head && head == ""
        comment = ""
        next
    }
    {
        rest = $0
        while (rest != "") {
            if (in_comment) {
                end = index(rest, "*/")
                text = end ? substr(rest, 1, end - 1) : rest
                if (declaration == "") {
                    comment = comment " " text
                    head = is_head ? head " " text : head
                }
                rest = end ? substr(rest, end + 2) : ""
                in_comment = !end
                continue
            }
            if (!match(rest, /\/\*|[{};]/)) {
                text = rest
                mark = rest = ""
            } else {
                text = substr(rest, 1, RSTART - 1)
                mark = substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
            }
            if (depth == 0 && text ~ /[^ \t]/) {
                declaration = declaration " " text
                is_head = 0
            } else if (depth == 1) {
                braced = braced " " text
            }
            in_comment = mark == "/*"
            if (in_comment && declaration == "") {
                comment = ""
            }
            depth += (mark == "{") - (mark == "}")
            # A body ends a function, a semicolon all else.
            if (depth == 0 && (mark == ";" || (mark == "}" && declaration ~ /\) *$/))) {
                end_declaration()
            }
        }
    }
    END { exit faults > 0 }
' >&2 || exit 1
