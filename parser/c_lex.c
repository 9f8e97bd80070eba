/* C text to tokens. Comments and joined lines are layout; a '\' that joins lines inside a token is
 * not looked for. */
#include <ctype.h>
#include <string.h>

#include "parser/c_priv.h"

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* ---- layout ---- */

static size_t left(const struct c_text *t)
{
	return (size_t)(t->end - t->at);
}

static void skip_block_comment(struct c_text *t)
{
	for (t->at += 2; t->at < t->end; t->at++) {
		if (*t->at == '\n')
			t->line++;
		if (*t->at == '*' && left(t) > 1 && t->at[1] == '/') {
			t->at += 2;
			return;
		}
	}
}

static void skip_line_comment(struct c_text *t)
{
	while (t->at < t->end && *t->at != '\n') {
		if (*t->at == '\\' && left(t) > 1 && t->at[1] == '\n') {
			t->line++;
			t->at++;
		}
		t->at++;
	}
}

/* A '\' at the end of a line; the length with the end of the line, or 0. */
static size_t joined_line(const struct c_text *t)
{
	size_t n = 1;

	if (*t->at != '\\')
		return 0;
	while (n < left(t) && (t->at[n] == ' ' || t->at[n] == '\t' || t->at[n] == '\r'))
		n++;
	return n < left(t) && t->at[n] == '\n' ? n + 1 : 0;
}

/* One piece of layout that is not the end of a line; false: none is here. */
static bool skip_layout(struct c_text *t)
{
	size_t n;

	if (*t->at == '/' && left(t) > 1 && t->at[1] == '*') {
		skip_block_comment(t);
	} else if (*t->at == '/' && left(t) > 1 && t->at[1] == '/') {
		skip_line_comment(t);
	} else if (*t->at != '\n' && isspace((unsigned char)*t->at)) {
		t->at++;
	} else if ((n = joined_line(t))) {
		t->line++;
		t->at += n;
	} else {
		return false;
	}
	return true;
}

/* ---- tokens ---- */

/* Behind the closing quote; NULL: the line ends first. */
static const char *end_of_quoted(const struct c_text *t, const char *open)
{
	for (const char *at = open + 1; at < t->end && *at != '\n'; at++) {
		if (*at == *open)
			return at + 1;
		if (*at == '\\' && at + 1 < t->end)
			at++;
	}
	return NULL;
}

static const char *end_of_number(const struct c_text *t)
{
	const char *at = t->at;

	while (at < t->end && (is_name_byte(*at) || *at == '.' ||
			       ((*at == '+' || *at == '-') && strchr("eEpP", at[-1]) &&
				!(at - t->at > 1 && (t->at[1] == 'x' || t->at[1] == 'X') &&
				  strchr("eE", at[-1])))))
		at++;
	return at;
}

static const char *const punctuators[] = {
	"...", "<<=", ">>=", "##", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=",
	"*=", "/=", "%=", "&=", "|=", "^=",
};

static size_t punctuator_length(const struct c_text *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(punctuators); i++) {
		size_t n = strlen(punctuators[i]);

		if (n <= left(t) && !memcmp(t->at, punctuators[i], n))
			return n;
	}
	return 1;
}

static void scan_punctuator(const struct c_text *t, struct c_token *tok)
{
	size_t n = strchr("#+-<>=!&|*/%^.", *t->at) ? punctuator_length(t) : 1;

	if (!*t->at || !strchr("#+-<>=!&|*/%^.(){}[],;:?~", *t->at))
		return;
	tok->kind = C_PUNCT;
	tok->len = (uint32_t)n;
	tok->op = C_OP((unsigned char)t->at[0], n > 1 ? (unsigned char)t->at[1] : 0,
		       n > 2 ? (unsigned char)t->at[2] : 0);
}

static void scan_quoted(const struct c_text *t, struct c_token *tok, const char *open)
{
	const char *end = end_of_quoted(t, open);

	if (!end)
		return;
	tok->kind = *open == '"' ? C_STRING : C_CHAR;
	tok->len = (uint32_t)(end - t->at);
}

static void scan_word(const struct c_text *t, struct c_token *tok)
{
	const char *at = t->at;

	while (at < t->end && is_name_byte(*at))
		at++;
	tok->kind = C_NAME;
	tok->len = (uint32_t)(at - t->at);
	if (tok->len == 1 && at < t->end && strchr("LuU", *t->at) && (*at == '\'' || *at == '"'))
		scan_quoted(t, tok, at);
}

static void scan_token(struct c_text *t, struct c_token *tok)
{
	char first = *t->at;

	if (isdigit((unsigned char)first) ||
	    (first == '.' && left(t) > 1 && isdigit((unsigned char)t->at[1]))) {
		tok->kind = C_NUMBER;
		tok->len = (uint32_t)(end_of_number(t) - t->at);
	} else if (is_name_byte(first)) {
		scan_word(t, tok);
	} else if (first == '"' || first == '\'') {
		scan_quoted(t, tok, t->at);
	} else {
		scan_punctuator(t, tok);
	}
}

struct c_token c_scan(struct c_text *t, bool one_line)
{
	struct c_token tok = { .kind = C_OTHER, .len = 1 };
	uint32_t at;

	while (t->at < t->end) {
		if (*t->at == '\n') {
			if (one_line)
				break;
			t->at++;
			t->line++;
			t->is_line_start = true;
		} else if (!skip_layout(t)) {
			break;
		}
		tok.has_space = true;
	}
	at = t->start + (uint32_t)(t->at - t->text);
	if (t->at >= t->end || *t->at == '\n') {
		tok.kind = C_END;
		tok.len = 0;
	} else {
		scan_token(t, &tok);
	}
	tok.text = t->at;
	tok.line = t->line;
	tok.span = (struct span){ at, at + tok.len };
	tok.is_line_start = t->is_line_start;
	t->at += tok.len;
	if (tok.kind != C_END)
		t->is_line_start = false;
	return tok;
}

/* ---- constants ---- */

static int digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

static unsigned number_base(const char **at, const char *end)
{
	if (end - *at > 1 && **at == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X')) {
		*at += 2;
		return 16;
	}
	if (end - *at > 1 && **at == '0' && ((*at)[1] == 'b' || (*at)[1] == 'B')) {
		*at += 2;
		return 2;
	}
	return **at == '0' ? 8 : 10;
}

/* u, l, ll in any order; -1: something else. */
static int number_suffix(const char *at, const char *end, struct c_value *v)
{
	unsigned us = 0, ls = 0;

	for (; at < end; at++) {
		if (*at == 'u' || *at == 'U')
			us++;
		else if (*at == 'l' || *at == 'L')
			ls++;
		else
			return -1;
	}
	v->is_unsigned = us > 0;
	v->is_long = ls > 0;
	return us > 1 || ls > 2 ? -1 : 0;
}

/* The first type of int, unsigned, long, unsigned long that holds the value; decimals skip the
 * unsigned ones. */
static void choose_number_type(struct c_value *v, unsigned base)
{
	if (v->bits > UINT32_MAX || (v->bits > INT32_MAX && base == 10 && !v->is_unsigned))
		v->is_long = true;
	if (v->bits > INT32_MAX && !v->is_long)
		v->is_unsigned = true;
	if (v->bits > INT64_MAX)
		v->is_unsigned = true;
}

static int read_integer(const struct c_token *t, struct c_value *v)
{
	const char *at = t->text, *end = t->text + t->len, *first;
	unsigned base = number_base(&at, end);

	for (first = at; at < end; at++) {
		int d = digit_value(*at);

		if (d < 0 || (unsigned)d >= base)
			break;
		if (v->bits > (UINT64_MAX - (unsigned)d) / base)
			return -1;
		v->bits = v->bits * base + (unsigned)d;
	}
	if (at == first || number_suffix(at, end, v))
		return -1;
	choose_number_type(v, base);
	return 0;
}

/* Behind a '\'. */
static int read_escape(const char **at, const char *end)
{
	static const char letters[] = "abfnrtve0", values[] = "\a\b\f\n\r\t\v\033";
	char c = *(*at)++;
	int value = 0, digits = 0;

	if (c == 'x') {
		while (*at < end && digit_value(**at) >= 0 && digits++ < 4)
			value = value * 16 + digit_value(*(*at)++);
		return value & 0xff;
	}
	if (c >= '0' && c <= '7') {
		for (value = c - '0'; *at < end && **at >= '0' && **at <= '7' && digits++ < 2;)
			value = value * 8 + *(*at)++ - '0';
		return value & 0xff;
	}
	for (size_t i = 0; letters[i] != '0'; i++)
		if (letters[i] == c)
			return values[i];
	return (unsigned char)c;
}

size_t c_string_length(const struct c_token *t)
{
	const char *at = memchr(t->text, '"', t->len), *end = t->text + t->len - 1;
	size_t n = 0;

	for (at++; at < end; n++)
		if (*at++ == '\\' && at < end)
			read_escape(&at, end);
	return n;
}

static int read_char(const struct c_token *t, struct c_value *v)
{
	const char *at = strchr("LuU", *t->text) ? t->text + 2 : t->text + 1, *end = t->text + t->len - 1;
	unsigned n = 0;
	uint32_t value = 0;

	while (at < end) {
		int byte = (unsigned char)*at++;

		if (byte == '\\' && at < end)
			byte = read_escape(&at, end);
		value = value << 8 | (uint32_t)byte;
		n++;
	}
	v->bits = n == 1 ? (uint64_t)(int64_t)(int8_t)value : (uint64_t)(int64_t)(int32_t)value;
	return n && n <= 4 ? 0 : -1;
}

int c_number(const struct c_token *t, struct c_value *ret_value)
{
	struct c_value v = { 0 };

	if (t->kind == C_CHAR ? read_char(t, &v) : read_integer(t, &v))
		return -1;
	*ret_value = v;
	return 0;
}
