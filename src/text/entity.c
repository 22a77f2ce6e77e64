/* HTML 5 has 2,231 names (13.5); these are the ones that people write. */
#include "entity.h"

#include "kerf/base/utf8.h"

static const struct {
    const char *name, *text;
} entities[] = {
    { "amp", "&" },    { "lt", "<" },      { "gt", ">" },     { "quot", "\"" },
    { "apos", "'" },   { "nbsp", " " },    { "ensp", " " },   { "emsp", " " },
    { "thinsp", " " }, { "copy", "©" },    { "reg", "®" },    { "trade", "™" },
    { "hellip", "…" }, { "mdash", "—" },   { "ndash", "–" },  { "lsquo", "‘" },
    { "rsquo", "’" },  { "sbquo", "‚" },   { "ldquo", "“" },  { "rdquo", "”" },
    { "bdquo", "„" },  { "laquo", "«" },   { "raquo", "»" },  { "lsaquo", "‹" },
    { "rsaquo", "›" }, { "bull", "•" },    { "middot", "·" }, { "sect", "§" },
    { "para", "¶" },   { "dagger", "†" },  { "deg", "°" },    { "plusmn", "±" },
    { "times", "×" },  { "divide", "÷" },  { "minus", "−" },  { "frac12", "½" },
    { "frac14", "¼" }, { "frac34", "¾" },  { "sup1", "¹" },   { "sup2", "²" },
    { "sup3", "³" },   { "micro", "µ" },   { "cent", "¢" },   { "pound", "£" },
    { "yen", "¥" },    { "euro", "€" },    { "curren", "¤" }, { "brvbar", "¦" },
    { "not", "¬" },    { "iexcl", "¡" },   { "iquest", "¿" }, { "ordf", "ª" },
    { "ordm", "º" },   { "larr", "←" },    { "uarr", "↑" },   { "rarr", "→" },
    { "darr", "↓" },   { "harr", "↔" },    { "lArr", "⇐" },   { "rArr", "⇒" },
    { "hArr", "⇔" },   { "crarr", "↵" },   { "le", "≤" },     { "ge", "≥" },
    { "ne", "≠" },     { "equiv", "≡" },   { "asymp", "≈" },  { "sim", "∼" },
    { "prop", "∝" },   { "infin", "∞" },   { "sum", "∑" },    { "prod", "∏" },
    { "radic", "√" },  { "int", "∫" },     { "part", "∂" },   { "nabla", "∇" },
    { "forall", "∀" }, { "exist", "∃" },   { "empty", "∅" },  { "isin", "∈" },
    { "notin", "∉" },  { "sub", "⊂" },     { "sup", "⊃" },    { "sube", "⊆" },
    { "supe", "⊇" },   { "cap", "∩" },     { "cup", "∪" },    { "and", "∧" },
    { "or", "∨" },     { "oplus", "⊕" },   { "otimes", "⊗" }, { "perp", "⊥" },
    { "permil", "‰" }, { "prime", "′" },   { "Prime", "″" },  { "check", "✓" },
    { "cross", "✗" },  { "star", "☆" },    { "hearts", "♥" }, { "lceil", "⌈" },
    { "rceil", "⌉" },  { "lfloor", "⌊" },  { "rfloor", "⌋" }, { "loz", "◊" },
    { "lbrace", "{" }, { "rbrace", "}" },  { "lbrack", "[" }, { "rbrack", "]" },
    { "lpar", "(" },   { "rpar", ")" },    { "vert", "|" },   { "ast", "*" },
    { "lowbar", "_" }, { "grave", "`" },   { "num", "#" },    { "percnt", "%" },
    { "dollar", "$" }, { "excl", "!" },    { "quest", "?" },  { "commat", "@" },
    { "bsol", "\\" },  { "sol", "/" },     { "colon", ":" },  { "semi", ";" },
    { "comma", "," },  { "period", "." },  { "plus", "+" },   { "equals", "=" },
    { "Tab", " " },    { "NewLine", " " }, { "agrave", "à" }, { "aacute", "á" },
    { "acirc", "â" },  { "atilde", "ã" },  { "auml", "ä" },   { "aring", "å" },
    { "aelig", "æ" },  { "ccedil", "ç" },  { "egrave", "è" }, { "eacute", "é" },
    { "ecirc", "ê" },  { "euml", "ë" },    { "igrave", "ì" }, { "iacute", "í" },
    { "icirc", "î" },  { "iuml", "ï" },    { "ntilde", "ñ" }, { "ograve", "ò" },
    { "oacute", "ó" }, { "ocirc", "ô" },   { "otilde", "õ" }, { "ouml", "ö" },
    { "oslash", "ø" }, { "ugrave", "ù" },  { "uacute", "ú" }, { "ucirc", "û" },
    { "uuml", "ü" },   { "yacute", "ý" },  { "yuml", "ÿ" },   { "szlig", "ß" },
    { "Agrave", "À" }, { "Aacute", "Á" },  { "Auml", "Ä" },   { "Aring", "Å" },
    { "AElig", "Æ" },  { "Ccedil", "Ç" },  { "Egrave", "È" }, { "Eacute", "É" },
    { "Ntilde", "Ñ" }, { "Oacute", "Ó" },  { "Ouml", "Ö" },   { "Oslash", "Ø" },
    { "Uuml", "Ü" },   { "oelig", "œ" },   { "OElig", "Œ" },  { "scaron", "š" },
    { "Scaron", "Š" }, { "alpha", "α" },   { "beta", "β" },   { "gamma", "γ" },
    { "delta", "δ" },  { "epsilon", "ε" }, { "zeta", "ζ" },   { "eta", "η" },
    { "theta", "θ" },  { "iota", "ι" },    { "kappa", "κ" },  { "lambda", "λ" },
    { "mu", "μ" },     { "nu", "ν" },      { "xi", "ξ" },     { "pi", "π" },
    { "rho", "ρ" },    { "sigma", "σ" },   { "tau", "τ" },    { "phi", "φ" },
    { "chi", "χ" },    { "psi", "ψ" },     { "omega", "ω" },  { "Gamma", "Γ" },
    { "Delta", "Δ" },  { "Theta", "Θ" },   { "Lambda", "Λ" }, { "Xi", "Ξ" },
    { "Pi", "Π" },     { "Sigma", "Σ" },   { "Phi", "Φ" },    { "Psi", "Ψ" },
    { "Omega", "Ω" },
};

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

// Reads "#8364" or "#x20ac"; false if it is no number or no code point.
static bool read_number(struct str name, uint32_t *code)
{
    bool hex = name.len > 1 && (name.at[1] | 0x20) == 'x';
    struct str digits = str_skip(name, hex ? 2 : 1);
    uint32_t base = hex ? 16 : 10, sum = 0;

    for (size_t i = 0; i < digits.len; i++) {
        uint32_t digit = digit_of(digits.at[i]);
        if (digit >= base || sum > 0x10ffff)
            return false;
        sum = sum * base + digit;
    }
    *code = sum;
    return digits.len > 0 && sum <= 0x10ffff;
}

static void append_code(struct buf *out, uint32_t code)
{
    struct buf raw = { 0 };

    utf8_encode(&raw, code ? code : UTF8_INVALID);
    utf8_sanitise(out, buf_str(&raw), false);
    buf_release(&raw);
}

void entity_append(struct buf *out, struct str entity)
{
    struct str name = str_skip(str_take(entity, entity.len - 1), 1);
    uint32_t code;

    if (str_starts_with(name, STR("#")) && read_number(name, &code)) {
        append_code(out, code);
        return;
    }
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (str_is(name, entities[i].name)) {
            buf_append(out, str_from(entities[i].text));
            return;
        }
    buf_append(out, entity);
}
