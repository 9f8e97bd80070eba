#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "lexer/lexer_priv.h"

/* ---- numbers ---- */

/* What to write instead, by the beginning of what number_parse() said. */
static void hint_number(struct lexer *l, struct diag *d, const char *text, const char *error)
{
	if (!strncmp(error, "trailing underscore", 19))
		diag_hint(l->diags, d, "underscores stand between digits: 1_000");
	else if (!strncmp(error, "coefficient", 11))
		diag_hint(l->diags, d,
			  "put one digit in front of the 'e', as in 5e6, or write all digits");
	else if (!strncmp(error, "invalid integer", 15))
		diag_hint(l->diags, d, "digits are missing behind '%.2s'", text);
	else if (!strncmp(error, "invalid trailing", 16) && *text == '0')
		diag_hint(l->diags, d,
			  "numbers that begin with 0 are octal: their digits are 0 to 7");
	else if (!strncmp(error, "invalid trailing", 16))
		diag_hint(l->diags, d, "a number from 1 on stands behind 'e', as in 5e6");
}

/* Letters glued to a number are part of the mistake; hex digits are simply followed by a word. */
static bool has_glued_word(struct lexer *l)
{
	size_t end = l->end;
	const char *text = l->text + l->at;
	struct diag *d;

	if (l->end - l->at > 1 && (text[1] == 'x' || text[1] == 'X'))
		return false;
	while (end < l->len && is_word_byte(l->text[end]))
		end++;
	if (end == l->end)
		return false;
	d = diag_error(l->diags, DIAG_LITERAL, lexer_span(l, l->at, end),
		       "syntax: invalid integer suffix '%.*s'", (int)(end - l->end),
		       l->text + l->end);
	diag_hint(l->diags, d,
		  "numbers may end with u, ul, ull, l, ll, or as durations with ns, us, ms, s, m, "
		  "h, d");
	l->end = end;
	return true;
}

enum token_kind read_number(struct lexer *l)
{
	struct span at = lexer_span(l, l->at, l->end);
	const char *text = l->text + l->at, *error;
	size_t len = l->end - l->at;
	struct diag *d;

	if (has_glued_word(l))
		return TOK_NUMBER;
	if (!number_parse(text, len, &l->token.value, &error))
		return TOK_NUMBER;
	if (text[len - 1] == '_')
		d = diag_error(l->diags, DIAG_LITERAL, at, "syntax: %s", error);
	else
		d = diag_error(l->diags, DIAG_LITERAL, at, "syntax: %s: %.*s", error, (int)len,
			       text);
	hint_number(l, d, text, error);
	return TOK_NUMBER;
}

enum token_kind read_positional(struct lexer *l)
{
	static const uint64_t max = INT64_MAX;
	uint64_t n = 0;

	if (l->text[l->at + 1] == '#')
		return TOK_POSITIONAL;
	for (size_t i = l->at + 1; i < l->end && n <= max; i++)
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(l->text[i] - '0'), &n))
			n = UINT64_MAX;
	if (!n || n > max) {
		diag_error(l->diags, DIAG_LITERAL, lexer_span(l, l->at, l->end),
			   "syntax: param %.*s is out of integer range [1, 9223372036854775807]",
			   (int)(l->end - l->at), l->text + l->at);
		n = 1;
	}
	l->token.value = n;
	return TOK_POSITIONAL;
}

/* ---- strings ---- */

static const char escapes[][2] = {
	{ 'n', '\n' }, { 't', '\t' }, { 'r', '\r' }, { '"', '"' }, { '\\', '\\' },
};

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* "\x" and one or two digits; `at` is the backslash. Returns the place behind. */
static size_t read_hex_escape(struct lexer *l, size_t at, struct strbuf *out)
{
	size_t i = at + 2;
	int value = 0;

	for (; i < at + 4 && hex_digit(l->text[i]) >= 0; i++)
		value = value * 16 + hex_digit(l->text[i]);
	if (i == at + 2)
		diag_hint(l->diags,
			  diag_error(l->diags, DIAG_LITERAL, lexer_span(l, at, i),
				     "syntax: invalid hex escape sequence"),
			  "one or two hexadecimal digits stand behind \\x: \\x1b");
	else
		strbuf_putc(out, (char)value);
	return i;
}

/* Up to three octal digits. */
static size_t read_octal_escape(struct lexer *l, size_t at, struct strbuf *out)
{
	size_t i = at + 1;
	int value = 0;

	for (; i < at + 4 && l->text[i] >= '0' && l->text[i] <= '7'; i++)
		value = value * 8 + (l->text[i] - '0');
	if (value > 255)
		diag_hint(l->diags,
			  diag_error(l->diags, DIAG_LITERAL, lexer_span(l, at, i),
				     "syntax: octal escape sequence out of range '%.*s'",
				     (int)(i - at), l->text + at),
			  "\\377 is the largest byte");
	else
		strbuf_putc(out, (char)value);
	return i;
}

static size_t read_escape(struct lexer *l, size_t at, struct strbuf *out)
{
	char c = l->text[at + 1];

	if (c == 'x' || c == 'X')
		return read_hex_escape(l, at, out);
	if (c >= '0' && c <= '7')
		return read_octal_escape(l, at, out);
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		if (escapes[i][0] == c) {
			strbuf_putc(out, escapes[i][1]);
			return at + 2;
		}
	}
	diag_hint(l->diags,
		  diag_error(l->diags, DIAG_LITERAL, lexer_span(l, at, at + 2),
			     "syntax: invalid escape character '\\%c'", c),
		  "there are \\n \\t \\r \\\" \\\\ \\NNN (octal) and \\xNN; a backslash itself is "
		  "written \\\\");
	return at + 2;
}

enum token_kind read_string(struct lexer *l)
{
	struct strbuf out = { 0 };
	size_t i = l->at + 1;

	/* The rule has seen to it that a byte stands behind every backslash. */
	while (i < l->end - 1) {
		if (l->text[i] == '\\')
			i = read_escape(l, i, &out);
		else
			strbuf_putc(&out, l->text[i++]);
	}
	l->token.text = arena_strndup(l->arena, out.data ? out.data : "", out.len);
	l->token.len = (uint32_t)out.len;
	strbuf_done(&out);
	return TOK_STRING;
}

enum token_kind say_open_string(struct lexer *l, size_t from, size_t to)
{
	struct diag *d = diag_error(l->diags, DIAG_LITERAL, lexer_span(l, from, to),
				    "syntax: unterminated string");

	diag_hint(l->diags, d,
		  "a string ends with '\"' on the same line; a '\"' inside is written \\\"");
	l->token.is_reported = true;
	return TOK_BAD;
}

enum token_kind read_open_string(struct lexer *l)
{
	return say_open_string(l, l->at, l->end);
}

/* ---- what is none of all this ---- */

/* Behind a control character the rest is not read: one complaint is enough for what is no text. */
enum token_kind read_bad(struct lexer *l)
{
	unsigned char c = (unsigned char)l->text[l->at];
	struct span at = lexer_span(l, l->at, l->end);
	struct diag *d;

	l->token.is_reported = true;
	if (c == '$') {
		diag_error(l->diags, DIAG_SYNTAX, at, "syntax: expected identifier after '$'");
	} else if (c < 0x20 || c == 0x7f) {
		d = diag_error(l->diags, DIAG_SYNTAX, at, "syntax: unexpected byte 0x%02x", c);
		diag_hint(l->diags, d, "a script is text; is this the right file?");
		l->end = l->len;
	} else if (c >= 0x80) {
		d = diag_error(l->diags, DIAG_SYNTAX, at, "syntax: unexpected character");
		diag_hint(l->diags, d,
			  "letters outside of ASCII may stand in strings and comments only");
	} else {
		l->token.is_reported = false;
	}
	return TOK_BAD;
}
