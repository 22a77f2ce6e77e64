/*
 * The languages, one row each. A new one is a new row: its names and files,
 * what opens comments and strings, and its words.
 */
#include "language.h"

#define COMMENT_C                            \
    {                                        \
        "/*", "*/", ROLE_COMMENT, PAIR_LINES \
    }
#define STRING_DOUBLE                        \
    {                                        \
        "\"", "\"", ROLE_STRING, PAIR_ESCAPE \
    }
#define STRING_SINGLE                      \
    {                                      \
        "'", "'", ROLE_STRING, PAIR_ESCAPE \
    }
#define STRING_CHAR                                    \
    {                                                  \
        "'", "'", ROLE_STRING, PAIR_ESCAPE | PAIR_CHAR \
    }
#define STRING_BACKTICK                                 \
    {                                                   \
        "`", "`", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE \
    }
#define STRING_RAW_TICK                   \
    {                                     \
        "`", "`", ROLE_STRING, PAIR_LINES \
    }
#define STRING_3_DOUBLE                                           \
    {                                                             \
        "\"\"\"", "\"\"\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE \
    }
#define STRING_3_SINGLE                                     \
    {                                                       \
        "'''", "'''", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE \
    }
#define STRING_SQL                        \
    {                                     \
        "'", "'", ROLE_STRING, PAIR_LINES \
    }

#define WORDS_C                                                            \
    "auto break case const continue default do else enum extern for goto " \
    "if inline register restrict return sizeof static struct switch "      \
    "typedef union volatile while _Alignas _Alignof _Atomic _Generic "     \
    "_Noreturn _Static_assert _Thread_local "
#define TYPES_C                                                              \
    "bool char double float int long short signed unsigned void size_t "     \
    "ssize_t ptrdiff_t intptr_t uintptr_t int8_t int16_t int32_t int64_t "   \
    "uint8_t uint16_t uint32_t uint64_t wchar_t FILE NULL true false _Bool " \
    "time_t off_t pid_t va_list "
#define WORDS_JS                                                           \
    "async await break case catch class const continue debugger default "  \
    "delete do else export extends finally for from function get if "      \
    "import in instanceof let new of return set static super switch this " \
    "throw try typeof var void while with yield "
#define WORDS_CSS "auto block flex grid inherit initial inline none unset"
#define TYPES_JS \
    "true false null undefined NaN Infinity console document window "

static const struct language languages[] = {
    { .names = "c h objc objective-c",
      .files = ".c .h .m .xs",
      .flags = HASH_DIRECTIVE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_CHAR },
      .keywords = WORDS_C,
      .types = TYPES_C },
    { .names = "cpp c++ cc cxx hpp cuda arduino",
      .files = ".cc .cpp .cxx .hh .hpp .hxx .ipp .cu .ino",
      .flags = HASH_DIRECTIVE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_CHAR },
      .keywords = WORDS_C
      "alignas alignof catch class concept const_cast consteval constexpr "
      "constinit co_await co_return co_yield decltype delete dynamic_cast "
      "explicit export final friend import module mutable namespace new "
      "noexcept operator override private protected public "
      "reinterpret_cast requires static_assert static_cast template this "
      "thread_local throw try typeid typename using virtual",
      .types = TYPES_C "nullptr std string vector map set optional array "
                       "unique_ptr shared_ptr string_view char8_t char16_t" },
    { .names = "python py python3 py3 pycon",
      .files = ".py .pyi .pyw SConstruct",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "#",
      .pairs = { STRING_3_DOUBLE, STRING_3_SINGLE, STRING_DOUBLE,
                 STRING_SINGLE },
      .keywords = "and as assert async await break case class continue def "
                  "del elif else except finally for from global if import in "
                  "is lambda match nonlocal not or pass raise return try "
                  "while with yield",
      .types = "True False None self cls int str bytes float bool list dict "
               "set tuple object type len range print super" },
    { .names = "javascript js jsx mjs cjs node",
      .files = ".js .jsx .mjs .cjs",
      .flags = CAPITAL_IS_TYPE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_SINGLE, STRING_BACKTICK },
      .keywords = WORDS_JS,
      .types = TYPES_JS },
    { .names = "typescript ts tsx mts cts",
      .files = ".ts .tsx .mts .cts",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_SINGLE, STRING_BACKTICK },
      .keywords = WORDS_JS
      "abstract as asserts declare enum implements infer interface is keyof "
      "module namespace override private protected public readonly "
      "satisfies type",
      .types = TYPES_JS "any bigint boolean never number object string "
                        "symbol unknown" },
    { .names = "go golang",
      .files = ".go",
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_CHAR, STRING_RAW_TICK },
      .keywords = "break case chan const continue default defer else "
                  "fallthrough for func go goto if import interface map "
                  "package range return select struct switch type var",
      .types = "any bool byte complex64 complex128 error float32 float64 int "
               "int8 int16 int32 int64 rune string uint uint8 uint16 uint32 "
               "uint64 uintptr true false nil iota append cap close copy "
               "delete len make new panic recover" },
    { .names = "rust rs",
      .files = ".rs",
      .flags = CAPITAL_IS_TYPE | HASH_DIRECTIVE,
      .comments = "//",
      .pairs = { { "/*", "*/", ROLE_COMMENT, PAIR_LINES | PAIR_NESTS },
                 { "r#\"", "\"#", ROLE_STRING, PAIR_LINES },
                 { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 STRING_CHAR },
      .keywords = "as async await break const continue crate dyn else enum "
                  "extern fn for if impl in let loop match mod move mut pub "
                  "ref return self static struct super trait type union "
                  "unsafe use where while",
      .types = "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 "
               "u64 u128 usize true false" },
    { .names = "java",
      .files = ".java",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_3_DOUBLE, STRING_DOUBLE, STRING_CHAR },
      .keywords = "abstract assert break case catch class const continue "
                  "default do else enum extends final finally for goto if "
                  "implements import instanceof interface native new package "
                  "permits private protected public record return sealed "
                  "static strictfp super switch synchronized this throw "
                  "throws transient try var void volatile while yield",
      .types = "boolean byte char double float int long short true false "
               "null" },
    { .names = "kotlin kt kts",
      .files = ".kt .kts",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "//",
      .pairs = { { "/*", "*/", ROLE_COMMENT, PAIR_LINES | PAIR_NESTS },
                 STRING_3_DOUBLE,
                 STRING_DOUBLE,
                 STRING_CHAR },
      .keywords = "abstract as break by catch class companion const continue "
                  "data do else enum external final finally for fun if "
                  "import in infix init inline inner interface internal is "
                  "it lateinit object open operator out override package "
                  "private protected public return sealed super suspend this "
                  "throw try typealias val var vararg when where while",
      .types = "true false null" },
    { .names = "swift",
      .files = ".swift",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "//",
      .pairs = { { "/*", "*/", ROLE_COMMENT, PAIR_LINES | PAIR_NESTS },
                 STRING_3_DOUBLE,
                 STRING_DOUBLE },
      .keywords = "actor as associatedtype async await break case catch class "
                  "continue default defer deinit do else enum extension "
                  "fallthrough fileprivate for func guard if import in init "
                  "inout internal is let mutating open operator override "
                  "private protocol public repeat rethrows return self some "
                  "static struct subscript super switch throw throws try "
                  "typealias var where while",
      .types = "true false nil" },
    { .names = "csharp cs c#",
      .files = ".cs",
      .flags = CAPITAL_IS_TYPE | HASH_DIRECTIVE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_3_DOUBLE, STRING_DOUBLE, STRING_CHAR },
      .keywords = "abstract as async await base break case catch checked "
                  "class const continue default delegate do else enum event "
                  "explicit extern finally fixed for foreach get goto if "
                  "implicit in init interface internal is lock namespace new "
                  "operator out override params partial private protected "
                  "public readonly record ref return sealed set sizeof "
                  "static struct switch this throw try typeof unchecked "
                  "unsafe using var virtual volatile when where while yield",
      .types = "bool byte char decimal double dynamic float int long object "
               "sbyte short string uint ulong ushort void true false null" },
    { .names = "sh bash shell zsh ksh console shell-session terminal",
      .files = ".sh .bash .zsh .ksh .bashrc .profile .zshrc configure",
      .flags = DOLLAR_VARIABLE | COMMENT_AT_WORD | WORDS_HYPHEN,
      .comments = "#",
      .pairs = { { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 STRING_SQL,
                 STRING_RAW_TICK },
      .keywords = "break case continue do done elif else esac eval exec exit "
                  "export fi for function if in local readonly return select "
                  "set shift source then trap unset until while",
      .types = "alias cd command cat cp echo false find git grep kill ls make "
               "mkdir mv printf pwd read rm sed sudo test true type umask "
               "wait xargs" },
    { .names = "make makefile mk gnumake",
      .files = ".mk .mak Makefile makefile GNUmakefile",
      .flags = DOLLAR_VARIABLE | PAREN_VARIABLE | COMMENT_AT_WORD | KEY_COLON,
      .comments = "#",
      .pairs = { STRING_DOUBLE, STRING_SINGLE },
      .keywords = "define else endef endif export ifdef ifeq ifndef ifneq "
                  "include override private undefine unexport vpath",
      .types = "" },
    { .names = "cmake",
      .files = ".cmake CMakeLists.txt",
      .flags = DOLLAR_VARIABLE | WORDS_ANY_CASE,
      .comments = "#",
      .pairs = { { "#[[", "]]", ROLE_COMMENT, PAIR_LINES },
                 { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE } },
      .keywords = "if elseif else endif foreach endforeach while endwhile "
                  "function endfunction macro endmacro return break continue "
                  "include set unset option project message",
      .types = "add_executable add_library add_subdirectory add_test "
               "find_package install target_link_libraries "
               "target_include_directories target_compile_options ON OFF "
               "TRUE FALSE PUBLIC PRIVATE INTERFACE REQUIRED" },
    { .names = "json jsonc json5 jsonl",
      .files = ".json .jsonl .jsonc .json5 .webmanifest",
      .flags = KEY_STRING,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE },
      .keywords = "",
      .types = "true false null" },
    { .names = "yaml yml",
      .files = ".yaml .yml .clang-format .clang-tidy",
      .flags = KEY_COLON | COMMENT_AT_WORD | WORDS_HYPHEN,
      .comments = "#",
      .pairs = { STRING_DOUBLE, { "'", "'", ROLE_STRING, PAIR_LINES } },
      .keywords = "",
      .types = "true false null yes no on off" },
    { .names = "toml",
      .files = ".toml Cargo.lock",
      .flags = KEY_EQUALS,
      .comments = "#",
      .pairs = { STRING_3_DOUBLE,
                 STRING_3_SINGLE,
                 STRING_DOUBLE,
                 { "'", "'", ROLE_STRING, 0 } },
      .keywords = "",
      .types = "true false inf nan" },
    { .names = "ini conf cfg properties gitconfig systemd desktop editorconfig",
      .files = ".ini .cfg .conf .properties .service .socket .timer .desktop "
               ".gitconfig .editorconfig .gitmodules",
      .flags = KEY_EQUALS | COMMENT_AT_WORD | WORDS_HYPHEN | WORDS_ANY_CASE,
      .comments = "# ;",
      .pairs = { STRING_DOUBLE },
      .keywords = "",
      .types = "true false yes no on off" },
    { .names = "html xml svg xhtml vue svelte plist rss",
      .files = ".html .htm .xml .svg .xhtml .vue .svelte .plist .xsl .xsd",
      .lexer = LEX_MARKUP },
    { .names = "css",
      .files = ".css",
      .flags = KEY_COLON | WORDS_HYPHEN | AT_IS_TYPE,
      .comments = "",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_SINGLE },
      .keywords = "important",
      .types = WORDS_CSS },
    { .names = "scss sass less",
      .files = ".scss .sass .less",
      .flags = KEY_COLON | WORDS_HYPHEN | AT_IS_TYPE,
      .comments = "//",
      .pairs = { COMMENT_C, STRING_DOUBLE, STRING_SINGLE },
      .keywords = "important",
      .types = WORDS_CSS },
    { .names = "sql sqlite mysql postgres postgresql plsql",
      .files = ".sql",
      .flags = WORDS_ANY_CASE,
      .comments = "--",
      .pairs = { COMMENT_C, STRING_SQL, { "\"", "\"", ROLE_STRING, 0 } },
      .keywords = "add all alter and any as asc begin between by case cascade "
                  "check commit constraint create cross default delete desc "
                  "distinct drop else end except exists explain for foreign "
                  "from full group having if in index inner insert intersect "
                  "into is join key left like limit not null offset on or "
                  "order outer over partition pragma primary recursive "
                  "references replace returning right rollback row rows "
                  "select set table then to transaction trigger union unique "
                  "update using values view when where window with",
      .types = "bigint blob boolean char date decimal double float int "
               "integer json numeric real serial smallint text time "
               "timestamp uuid varchar true false avg coalesce count max min "
               "sum" },
    { .names = "ruby rb",
      .files = ".rb .rake .gemspec Gemfile Rakefile Vagrantfile",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE | COMMENT_AT_WORD,
      .comments = "#",
      .pairs = { { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 STRING_SINGLE,
                 STRING_BACKTICK },
      .keywords = "alias and begin break case class def defined do else elsif "
                  "end ensure for if in module next not or redo rescue retry "
                  "return self super then undef unless until when while "
                  "yield",
      .types = "true false nil require require_relative include extend "
               "attr_accessor attr_reader attr_writer private protected "
               "public raise puts" },
    { .names = "php",
      .files = ".php .phtml",
      .flags = CAPITAL_IS_TYPE | DOLLAR_VARIABLE,
      .comments = "// #",
      .pairs = { COMMENT_C,
                 { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 { "'", "'", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE } },
      .keywords = "abstract and array as break callable case catch class "
                  "clone const continue declare default do echo else elseif "
                  "enum extends final finally fn for foreach function global "
                  "goto if implements include include_once instanceof "
                  "interface isset list match namespace new or php print "
                  "private protected public readonly require require_once "
                  "return static switch throw trait try unset use var while "
                  "yield",
      .types = "bool float int string void mixed null true false self" },
    { .names = "perl pl",
      .files = ".pl .pm .t",
      .flags = DOLLAR_VARIABLE | COMMENT_AT_WORD | AT_IS_TYPE,
      .comments = "#",
      .pairs = { { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 { "'", "'", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE } },
      .keywords = "and cmp do else elsif eq foreach for ge gt if last le local "
                  "lt my ne next no not or our package redo require return "
                  "sub unless until use while xor",
      .types = "bless chomp defined delete die each eval exists grep join "
               "keys length map open print printf push ref scalar shift "
               "sort split sprintf substr undef values wantarray warn" },
    { .names = "lua luau",
      .files = ".lua",
      .comments = "",
      .pairs = { { "--[[", "]]", ROLE_COMMENT, PAIR_LINES },
                 { "--", "\n", ROLE_COMMENT, 0 },
                 { "[[", "]]", ROLE_STRING, PAIR_LINES },
                 STRING_DOUBLE,
                 STRING_SINGLE },
      .keywords = "and break do else elseif end for function goto if in local "
                  "not or repeat return then until while",
      .types = "true false nil self ipairs pairs print require string table "
               "math os io type tostring tonumber" },
    { .names = "zig",
      .files = ".zig .zon",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "//",
      .pairs = { STRING_DOUBLE, STRING_CHAR },
      .keywords = "align allowzero and asm async await break catch comptime "
                  "const continue defer else enum errdefer error export "
                  "extern fn for if inline noalias or orelse packed pub "
                  "resume return struct suspend switch test threadlocal try "
                  "union unreachable usingnamespace var volatile while",
      .types = "anyerror anytype bool f32 f64 i8 i16 i32 i64 isize noreturn "
               "null true false type u8 u16 u32 u64 undefined usize void" },
    { .names = "haskell hs",
      .files = ".hs",
      .flags = CAPITAL_IS_TYPE,
      .comments = "--",
      .pairs = { { "{-", "-}", ROLE_COMMENT, PAIR_LINES | PAIR_NESTS },
                 STRING_DOUBLE,
                 STRING_CHAR },
      .keywords = "case class data default deriving do else foreign if import "
                  "in infix infixl infixr instance let module newtype of "
                  "qualified then type where",
      .types = "" },
    { .names = "r rlang",
      .files = ".r .R",
      .comments = "#",
      .pairs = { { "\"", "\"", ROLE_STRING, PAIR_LINES | PAIR_ESCAPE },
                 STRING_SINGLE },
      .keywords = "break else for function if in next repeat return while",
      .types = "TRUE FALSE NULL NA Inf NaN library c list data.frame" },
    { .names = "elixir ex exs",
      .files = ".ex .exs",
      .flags = CAPITAL_IS_TYPE | AT_IS_TYPE,
      .comments = "#",
      .pairs = { STRING_3_DOUBLE, STRING_DOUBLE, STRING_SINGLE },
      .keywords = "after alias and case catch cond def defimpl defmacro "
                  "defmodule defp defprotocol defstruct do else end fn for if "
                  "import in not or quote raise receive require rescue try "
                  "unless unquote use when with",
      .types = "true false nil" },
    { .names = "diff patch udiff",
      .files = ".diff .patch .rej",
      .lexer = LEX_DIFF },
    { .names = "dockerfile docker containerfile",
      .files = ".dockerfile Dockerfile Containerfile",
      .flags = DOLLAR_VARIABLE | COMMENT_AT_WORD | WORDS_HYPHEN,
      .comments = "#",
      .pairs = { STRING_DOUBLE, STRING_SINGLE },
      .keywords = "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK "
                  "LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME "
                  "WORKDIR",
      .types = "" },
    { .names = "markdown md mdx rmd",
      .files = ".md .markdown .mdx README",
      .lexer = LEX_MARKDOWN },
};

#define LANGUAGE_COUNT (sizeof(languages) / sizeof(languages[0]))

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(const char *word, struct str other, bool any_case)
{
    for (size_t i = 0; i < other.len; i++)
        if (any_case ? lower(word[i]) != lower(other.at[i])
                     : word[i] != other.at[i])
            return false;
    return true;
}

bool word_in(const char *list, struct str word, bool any_case)
{
    const char *at = list;

    while (at && *at) {
        const char *end = at;
        while (*end && *end != ' ')
            end++;
        if ((size_t)(end - at) == word.len && same_word(at, word, any_case))
            return word.len > 0;
        at = *end ? end + 1 : end;
    }
    return false;
}

const struct language *language_by_name(struct str name)
{
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (word_in(languages[i].names, name, true))
            return &languages[i];
    return NULL;
}

const struct language *language_by_path(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    struct str name = str_skip(path, slash == SIZE_MAX ? 0 : slash + 1);
    size_t dot = str_rfind_char(name, '.');
    struct str suffix = str_skip(name, dot == SIZE_MAX ? name.len : dot);

    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (word_in(languages[i].files, name, false)
            || word_in(languages[i].files, suffix, false))
            return &languages[i];
    return NULL;
}
