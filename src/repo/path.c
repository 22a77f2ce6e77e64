/*
 * Which paths may be touched at all. The judgement is about names alone and
 * is stricter than Linux needs: a tree may be shared with file systems that
 * fold case (HFS+, NTFS, vfat), drop trailing dots and blanks, ignore some
 * code points, know short names or take `\` for a separator. Under none of
 * those readings may a component mean `.git` (as CVE-2014-9390 and its kin).
 */
#include "path.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/patch/patch.h"
#include "kerf/repo/worktree.h"

struct path_text path_text(struct str path)
{
    struct path_text text = { "" };
    struct buf shown = { 0 };
    size_t half = sizeof(text.at) / 2 - 2;

    utf8_sanitise(&shown, path, false);
    struct str all = buf_str(&shown);
    if (all.len < sizeof(text.at)) {
        memcpy(text.at, all.at ? all.at : "", all.len);
    } else {
        struct str head = str_take(all, half);
        struct str tail = str_skip(all, all.len - half);
        head.len -= utf8_incomplete_tail(head);
        while (tail.len && ((unsigned char)tail.at[0] & 0xc0) == 0x80)
            tail = str_skip(tail, 1);
        snprintf(text.at, sizeof(text.at), "%.*s...%.*s", STR_ARG(head),
                 STR_ARG(tail));
    }
    buf_release(&shown);
    return text;
}

struct str path_folder(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? str_take(path, 0) : str_take(path, slash);
}

struct str path_leaf(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

// Code points that HFS+ leaves out when it compares names.
static bool is_ignorable(uint32_t code)
{
    return (code >= 0x200c && code <= 0x200f)
           || (code >= 0x202a && code <= 0x202e)
           || (code >= 0x206a && code <= 0x206f) || code == 0xfeff;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// What the most forgetful file system would make of a name: no ignorable
// code points, lower case, no stream (":..."), no trailing dots and blanks.
// Returns its length, or `size` if it is too long to be a spelling of .git.
static size_t plain_name(struct str name, char *plain, size_t size)
{
    size_t len = 0;
    uint32_t code;

    while (name.len) {
        size_t step = utf8_decode(name, &code);
        if (code == ':')
            break;
        if (!is_ignorable(code))
            for (size_t i = 0; i < step; i++) {
                if (len == size)
                    return size;
                plain[len++] = lower(name.at[i]);
            }
        name = str_skip(name, step);
    }
    while (len && (plain[len - 1] == '.' || plain[len - 1] == ' '))
        len--;
    return len;
}

// The short names that NTFS makes: git~1, git~2 ...
static bool is_short_git(struct str name)
{
    uint64_t number;
    return str_starts_with(name, STR("git~"))
           && str_to_u64(str_skip(name, 4), &number);
}

static bool means_git(struct str name)
{
    char plain[LIMIT_NAME_BYTES + 1];
    size_t len = plain_name(name, plain, sizeof(plain));
    struct str spelled = { plain, len };

    return len < sizeof(plain)
           && (str_is(spelled, ".git") || is_short_git(spelled));
}

static bool is_dots(struct str name)
{
    return str_is(name, ".") || str_is(name, "..");
}

// A component may hide others where `\` separates.
static const char *backslash_fault(struct str component)
{
    struct str piece;

    while (str_split(&component, '\\', &piece)) {
        if (str_is(piece, ".."))
            return "steps out of its folder";
        if (means_git(piece))
            return "leads into the git folder";
    }
    return NULL;
}

static const char *component_fault(struct str name)
{
    if (name.len == 0)
        return "has an empty component";
    if (is_dots(name))
        return "has a component \".\" or \"..\"";
    if (name.len > LIMIT_NAME_BYTES)
        return "has a component longer than 255 bytes";
    return backslash_fault(name);
}

static bool has_control(struct str path)
{
    uint32_t code;

    while (path.len) {
        size_t step = utf8_decode(path, &code);
        if (code < 0x20 || (code >= 0x7f && code < 0xa0))
            return true;
        path = str_skip(path, step);
    }
    return false;
}

static const char *path_fault(struct str path)
{
    struct str component;

    if (path.len == 0)
        return "is empty";
    if (path.len > LIMIT_PATCH_PATH_BYTES)
        return "is too long";
    if (path.at[0] == '/')
        return "is absolute";
    if (has_control(path))
        return "has a control character";
    if (path.at[path.len - 1] == '/')
        return "names a folder";
    while (str_split(&path, '/', &component)) {
        const char *fault = component_fault(component);
        if (fault)
            return fault;
    }
    return NULL;
}

bool worktree_path_is_safe(struct str path, struct error *err)
{
    const char *fault = path_fault(path);

    if (!fault)
        return true;
    return error_set(err, ERROR_POLICY, "the path \"%s\" %s",
                     path_text(path).at, fault);
}
