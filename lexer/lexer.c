#include "lexer/lexer.h"

#include <ctype.h>
#include <string.h>

#include "base/diag.h"
#include "base/vec.h"
#include "lexer/lexer_priv.h"

static const struct {
	const char *name, *text, *shown;
	bool is_keyword, is_renamed;
} kinds[] = {
#define TOKEN(name, shown) [TOK_##name] = { #name, NULL, shown, false, false },
#define KEYWORD(name, text) [TOK_##name] = { #name, text, "'" text "'", true, false },
#define PUNCT(name, text) [TOK_##name] = { #name, text, "'" text "'", false, false },
#define RENAMED(name, shown) [TOK_##name] = { #name, NULL, shown, false, true },
#include "lexer/tokens.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
#undef RENAMED
};

const char *token_kind_name(enum token_kind kind)
{
	return kinds[kind].name;
}

const char *token_kind_text(enum token_kind kind)
{
	return kinds[kind].shown;
}

bool token_is_keyword(enum token_kind kind)
{
	return kinds[kind].is_keyword;
}

bool token_is_renamed(enum token_kind kind)
{
	return kinds[kind].is_renamed;
}

struct token lexer_next(struct lexer *l)
{
	if (l->token.kind == TOK_END && l->is_begun)
		return l->token;
	l->token = (struct token){ 0 };
	l->token.kind = (enum token_kind)scan_token(l->scanner);
	l->token.span = lexer_span(l, l->at, l->end);
	l->is_begun = true;
	return l->token;
}

void lexer_leave_predicate(struct lexer *l)
{
	l->in_predicate = false;
}

struct span lexer_span(const struct lexer *l, size_t from, size_t to)
{
	return (struct span){ l->start + (uint32_t)from, l->start + (uint32_t)to };
}

bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

enum token_kind read_raw(struct lexer *l, enum token_kind kind, size_t skip)
{
	l->token.text = l->text + l->at + skip;
	l->token.len = (uint32_t)(l->end - l->at - skip);
	return kind;
}

static enum token_kind find_keyword(const char *text, size_t len)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].is_keyword && strlen(kinds[i].text) == len &&
		    !memcmp(kinds[i].text, text, len))
			return (enum token_kind)i;
	return TOK_NAME;
}

static bool begins_item_only(enum token_kind kind)
{
	return kind == TOK_CONFIG || kind == TOK_FN || kind == TOK_MACRO;
}

enum token_kind read_word(struct lexer *l)
{
	enum token_kind kind = find_keyword(l->text + l->at, l->end - l->at);

	if (begins_item_only(kind))
		kind = TOK_NAME;
	/* Keywords keep their text: behind '.' they are names. */
	return read_raw(l, kind, 0);
}

/* ---- what is taken as it is ---- */

/* Where a comment or a string that starts at `at` ends; `at` itself when none starts there. */
static size_t skip_comment_or_string(const char *text, size_t len, size_t at)
{
	size_t i = at;

	if (text[i] == '"') {
		for (i++; i < len && text[i] != '"'; i++)
			i += text[i] == '\\';
		return i < len ? i + 1 : len;
	}
	if (text[i] != '/' || i + 1 >= len)
		return at;
	if (text[i + 1] == '/') {
		while (i < len && text[i] != '\n')
			i++;
		return i;
	}
	if (text[i + 1] != '*')
		return at;
	for (i += 2; i + 1 < len; i++)
		if (text[i] == '*' && text[i + 1] == '/')
			return i + 2;
	return len;
}

/* Where the group that opens at `at` closes, behind its end; len when it does not. */
static size_t skip_group(const char *text, size_t len, size_t at, char open, char close)
{
	unsigned depth = 0;

	while (at < len) {
		size_t behind = skip_comment_or_string(text, len, at);

		if (behind > at) {
			at = behind;
			continue;
		}
		depth += text[at] == open;
		depth -= text[at] == close;
		at++;
		if (!depth)
			return at;
	}
	return len;
}

static size_t skip_space(const char *text, size_t len, size_t at)
{
	while (at < len) {
		size_t behind = at;

		if (isspace((unsigned char)text[at]))
			behind++;
		else if (text[at] == '/')
			behind = skip_comment_or_string(text, len, at);
		if (behind == at)
			break;
		at = behind;
	}
	return at;
}

/* Behind the groups of attributes and the semicolon that may follow a definition. *ret_error: what is wrong with
 * the last attribute, or NULL. */
static size_t skip_definition_tail(const char *text, size_t len, size_t at, const char **ret_error)
{
	static const char word[] = "__attribute__";
	size_t i = skip_space(text, len, at), inner;

	while (len - i > strlen(word) && !memcmp(text + i, word, strlen(word))) {
		i = skip_space(text, len, i + strlen(word));
		inner = i < len && text[i] == '(' ? skip_space(text, len, i + 1) : len;
		if (inner >= len || text[inner] != '(') {
			*ret_error = "__attribute__ syntax error, expected '(('";
			while (i < len && text[i] != ';' && text[i] != '\n')
				i++;
			return i < len ? i + 1 : len;
		}
		at = skip_group(text, len, i, '(', ')');
		if (text[at - 1] != ')') {
			*ret_error = "__attribute__ syntax error, mismatched '(' and ')'";
			return len;
		}
		i = skip_space(text, len, at);
	}
	return i < len && text[i] == ';' ? i + 1 : at;
}

/* Where the C definition ends that starts at `at` with struct, union or enum; 0 when it is none:
 * only words and groups may stand before its braces. */
static size_t skip_c_definition(const char *text, size_t len, size_t at, const char **ret_error)
{
	while (at < len && text[at] != '{') {
		size_t i = skip_space(text, len, at);

		if (i > at)
			at = i;
		else if (is_word_byte(text[at]))
			at++;
		else if (text[at] == '(')
			at = skip_group(text, len, at, '(', ')');
		else if (text[at] == '[')
			at = skip_group(text, len, at, '[', ']');
		else
			return 0;
	}
	if (at >= len)
		return 0;
	return skip_definition_tail(text, len, skip_group(text, len, at, '{', '}'), ret_error);
}

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

/* A '/' ends an attach point like "begin", be it a predicate or a comment that it begins; in one with
 * parts it may be a path, or one with "*". */
static bool ends_at_slash(const char *text, size_t start, size_t at)
{
	return at > start && !memchr(text + start, ':', at - start);
}

/* Control characters end an attach point, wherever they stand. */
static bool is_control(char c)
{
	return iscntrl((unsigned char)c) && c != '\t';
}

/* The end of the quoted part that starts at `at`, or where it breaks off: at the end of the line
 * or in front of a control character. */
static size_t skip_quoted(const char *text, size_t len, size_t at, bool *ret_closed)
{
	for (at++; at < len && !is_control(text[at]); at++) {
		if (text[at] == '"') {
			*ret_closed = true;
			return at + 1;
		}
		at += text[at] == '\\' && at + 1 < len && !is_control(text[at + 1]);
	}
	*ret_closed = false;
	return at;
}

/* Where a quoted text ends that is not closed: a line or a page. Other control characters are errors of their own. */
static bool is_line_end(const char *text, size_t len, size_t at)
{
	return at >= len || is_blank(text[at]);
}

enum token_kind read_attach_point(struct lexer *l)
{
	const char *text = l->text;
	bool is_closed = true;
	size_t at = l->at, quote = 0;

	while (is_closed && at < l->len && !is_blank(text[at]) && !is_control(text[at]) &&
	       text[at] != '{' && text[at] != ',') {
		if (text[at] == '"') {
			quote = at;
			at = skip_quoted(text, l->len, at, &is_closed);
		} else if (text[at] == '/' && ends_at_slash(text, l->at, at)) {
			break;
		} else {
			at++;
		}
	}
	if (at == l->at) {
		l->end = at + 1;
		return read_bad(l);
	}
	l->end = at;
	if (is_closed || !is_line_end(text, l->len, at))
		return read_raw(l, TOK_ATTACH, 0);
	return say_open_string(l, quote, at);
}

enum token_kind read_item(struct lexer *l)
{
	const char *error = NULL;
	size_t end = l->at;
	enum token_kind kind;

	while (end < l->len && is_word_byte(l->text[end]))
		end++;
	kind = find_keyword(l->text + l->at, end - l->at);
	if (kind == TOK_STRUCT || kind == TOK_UNION || kind == TOK_ENUM) {
		end = skip_c_definition(l->text, l->len, l->at, &error);
		if (!end)
			return read_attach_point(l);
		l->end = end;
		if (error)
			diag_error(l->diags, DIAG_SYNTAX, lexer_span(l, l->at, end), "syntax: %s", error);
		return read_raw(l, TOK_C_DEFINITION, 0);
	}
	if (!begins_item_only(kind) && kind != TOK_LET && kind != TOK_IMPORT)
		return read_attach_point(l);
	l->end = end;
	l->in_map_decl = kind == TOK_LET;
	l->parens = 0;
	return kind;
}

/* ---- the dump ---- */

static void print_text(FILE *out, const struct token *t)
{
	fputs(" \"", out);
	for (uint32_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->text[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

void token_print(FILE *out, const struct token *t, uint32_t start)
{
	fprintf(out, "%u-%u %s", t->span.start - start, t->span.end - start,
		token_kind_name(t->kind));
	if (t->kind == TOK_NUMBER || t->kind == TOK_POSITIONAL)
		fprintf(out, " %llu", (unsigned long long)t->value);
	else if (t->text && !token_is_keyword(t->kind))
		print_text(out, t);
	if (t->is_reported)
		fputs(" (reported)", out);
	putc('\n', out);
}
