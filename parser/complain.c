/* What to say when a token does not fit. */
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "parser/parser_priv.h"

/* The first row that fits speaks: the token handed out before the one that does not fit, the one
 * that does not, one that would, and one that would not. END: any. */
static const struct {
	enum token_kind before, got, expected, not_expected;
	const char *message, *hint;
} rows[] = {
	/* heads of items */
	{TOK_LET, TOK_VAR, TOK_MAP, TOK_END,
	 "root-level let statements need to be map declarations, e.g. let @a = hash(2);", NULL},
	{TOK_LET, TOK_END, TOK_MAP, TOK_END, "expected '@' in map declaration",
	 "let @name = hash(1000);"},
	{TOK_ASSIGN, TOK_END, TOK_NAME, TOK_NUMBER, "expected map type name",
	 "let @name = hash(1000);"},
	{TOK_LPAREN, TOK_END, TOK_NUMBER, TOK_NAME,
	 "expected positive integer for map declaration max entries",
	 "so many keys the map has room for: hash(1000)"},
	{TOK_IMPORT, TOK_END, TOK_STRING, TOK_END, "expected string after 'import'",
	 "import \"file.bt\";"},
	{TOK_STRING, TOK_END, TOK_SEMI, TOK_PLUS, "expected ';' after import", NULL},
	{TOK_END, TOK_END, TOK_ATTACH, TOK_END, "expected attach point",
	 "a probe begins with what it is attached to: kprobe:vfs_read { ... }"},
	{TOK_LPAREN, TOK_END, TOK_MAP, TOK_NUMBER,
	 "expected macro argument ($var, @map, or identifier)", NULL},
	{TOK_COMMA, TOK_END, TOK_MAP, TOK_NUMBER,
	 "expected macro argument ($var, @map, or identifier)", NULL},
	/* config */
	{TOK_LBRACE, TOK_END, TOK_NAME, TOK_NUMBER, "expected config key",
	 "config = { max_strlen = 128; missing_probes = warn }"},
	{TOK_SEMI, TOK_END, TOK_NAME, TOK_NUMBER, "expected config key",
	 "config = { max_strlen = 128; missing_probes = warn }"},
	{TOK_ASSIGN, TOK_END, TOK_STRING, TOK_LPAREN, "expected string, int, boolean, or ident",
	 NULL},
	/* statements */
	{TOK_LET, TOK_END, TOK_VAR, TOK_END, "expected variable after 'let'",
	 "let $x = 5; or let $x : uint64;"},
	/* Behind "fn f(" a ')' may come, behind "for (" none. */
	{TOK_LPAREN, TOK_END, TOK_RPAREN, TOK_NUMBER, "expected variable in function argument",
	 "fn f($a : int64, $b : string) : int64 { ... }"},
	{TOK_COMMA, TOK_END, TOK_VAR, TOK_NUMBER, "expected variable in function argument",
	 "fn f($a : int64, $b : string) : int64 { ... }"},
	{TOK_FOR, TOK_END, TOK_VAR, TOK_END, "expected variable in for loop",
	 "for ($i : 0..5) { ... } or for ($kv : @map) { ... }"},
	{TOK_LPAREN, TOK_END, TOK_VAR, TOK_NUMBER, "expected variable in for loop",
	 "for ($i : 0..5) { ... } or for ($kv : @map) { ... }"},
	{TOK_VAR, TOK_ASSIGN, TOK_COLON, TOK_SEMI, "expected ':'",
	 "for ($i : 0..5) { ... } or for ($kv : @map) { ... }"},
	{TOK_COLON, TOK_MINUS, TOK_NUMBER, TOK_MINUS, "expected map or range in for loop",
	 "put the value in parentheses: (-1)..5"},
	{TOK_DOTDOT, TOK_MINUS, TOK_NUMBER, TOK_END, "expected expression",
	 "put the value in parentheses: 0..(-1)"},
	{TOK_COLON, TOK_END, TOK_NUMBER, TOK_MINUS, "expected map or range in for loop",
	 "for ($i : 0..5) { ... } or for ($kv : @map) { ... }"},
	{TOK_ELSE, TOK_END, TOK_LBRACE, TOK_END, "expected '{' or 'if' after 'else'", NULL},
	/* expressions */
	{ TOK_LBRACE, TOK_SEMI, TOK_NUMBER, TOK_END, "expected expression",
	  "remove this ';': there are no empty statements" },
	{ TOK_SEMI, TOK_SEMI, TOK_NUMBER, TOK_END, "expected expression",
	  "remove this ';': there are no empty statements" },
	{ TOK_COMMA, TOK_RPAREN, TOK_NUMBER, TOK_END, "expected expression",
	  "remove the ',' in front of it" },
	{ TOK_COMMA, TOK_RBRACKET, TOK_NUMBER, TOK_END, "expected expression",
	  "remove the ',' in front of it" },
	{ TOK_LBRACKET, TOK_RBRACKET, TOK_NUMBER, TOK_END, "expected expression",
	  "a map with one value is written without brackets" },
	{TOK_DOT, TOK_END, TOK_NAME, TOK_END, "expected field name after '.'", NULL},
	{TOK_ARROW, TOK_END, TOK_NAME, TOK_END, "expected field name after '->'", NULL},
};

/* With nothing special before it: the first of these that would fit. */
static const struct {
	enum token_kind expected;
	const char *message;
} plain_rows[] = {
	{ TOK_PREDICATE_END, "expected '/' to close predicate" },
	{ TOK_NUMBER, "expected expression" },
	{ TOK_RPAREN, "expected ')'" },
	{ TOK_RBRACKET, "expected ']'" },
	{ TOK_SEMI, "expected ';'" },
	{ TOK_LBRACE, "expected '{'" },
	{ TOK_COLON, "expected ':'" },
	{ TOK_COMMA, "expected ','" },
	{ TOK_LPAREN, "expected '('" },
	{ TOK_ASSIGN, "expected '='" },
	{ TOK_RBRACE, "expected '}'" },
	{ TOK_NAME, "expected identifier" },
};

static const struct {
	enum token_kind got, expected;
	const char *hint;
} hints[] = {
	{ TOK_NAME, TOK_VAR, "variables begin with '$'" },
	{ TOK_ELSE, TOK_NUMBER, "else stands directly behind the '}' of an if" },
	{ TOK_ASSIGN, TOK_RPAREN, "'==' compares, '=' assigns" },
	{ TOK_ASSIGN, TOK_PREDICATE_END, "'==' compares, '=' assigns" },
	{ TOK_PLUS, TOK_LBRACE, "put what is calculated in parentheses: 0..($n + 1)" },
	{ TOK_MINUS, TOK_LBRACE, "put what is calculated in parentheses: 0..($n - 1)" },
	{ TOK_STAR, TOK_LBRACE, "put what is calculated in parentheses: 0..($n * 2)" },
	{ TOK_SLASH, TOK_LBRACE, "put what is calculated in parentheses: 0..($n / 2)" },
	{ TOK_PLUS, TOK_RPAREN, "put what is calculated in parentheses: 0..($n + 1)" },
	{ TOK_MINUS, TOK_RPAREN, "put what is calculated in parentheses: 0..($n - 1)" },
	{ TOK_STAR, TOK_RPAREN, "put what is calculated in parentheses: 0..($n * 2)" },
	{ TOK_SLASH, TOK_RPAREN, "put what is calculated in parentheses: 0..($n / 2)" },
	{ TOK_EQ, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_NE, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_LT, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_LE, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_GT, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_GE, TOK_LBRACE, "put the condition in parentheses" },
	{ TOK_AND, TOK_LBRACE, "put the whole condition in one pair of parentheses" },
	{ TOK_OR, TOK_LBRACE, "put the whole condition in one pair of parentheses" },
};

struct choice {
	const enum token_kind *kinds;
	unsigned n;
};

static bool has(const struct choice *expected, enum token_kind kind)
{
	for (unsigned i = 0; i < expected->n; i++)
		if (expected->kinds[i] == kind)
			return true;
	return false;
}

/* *ret_hint: what to write instead, or NULL. */
static const char *find_message(const struct parser *p, const struct choice *expected,
				const char **ret_hint)
{
	*ret_hint = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if ((rows[i].before == TOK_END || rows[i].before == p->before_last.kind) &&
		    (rows[i].got == TOK_END || rows[i].got == p->last.kind) &&
		    has(expected, rows[i].expected) &&
		    (rows[i].not_expected == TOK_END || !has(expected, rows[i].not_expected))) {
			*ret_hint = rows[i].hint;
			return rows[i].message;
		}
	for (size_t i = 0; i < ARRAY_SIZE(plain_rows); i++)
		if (has(expected, plain_rows[i].expected))
			return plain_rows[i].message;
	return "unexpected input";
}

/* At the end of a line the mistake is there and not on the next one. */
static struct span missing_at(const struct parser *p, struct span at, const char *message)
{
	uint32_t end = p->before_last.span.end;
	const char *between = sources_text(p->script->sources, end);

	if (!end || strncmp(message, "expected ';'", strlen("expected ';'")))
		return at;
	return memchr(between, '\n', at.start - end) ? (struct span){ end, end } : at;
}

/* The script ends, and something is open. */
static bool complain_unclosed(struct parser *p, const struct choice *expected)
{
	const struct token *open = p->open.n ? &p->open.v[p->open.n - 1] : NULL;
	enum token_kind closer;
	struct diag *d;

	if (p->last.kind != TOK_END || !open)
		return false;
	closer = open->kind == TOK_LBRACE   ? TOK_RBRACE :
		 open->kind == TOK_LBRACKET ? TOK_RBRACKET :
					      TOK_RPAREN;
	if (!has(expected, closer))
		return false;
	d = diag_error(p->diags, DIAG_SYNTAX, p->last.span, "syntax: expected %s",
		       token_kind_text(closer));
	diag_note(p->diags, d, open->span, "%s is never closed", token_kind_text(open->kind));
	return true;
}

enum { MAX_CHOICES = 4 };

/* "'a', 'b' or 'c'"; NULL when that is nothing new or too long. */
static const char *list_choices(struct parser *p, const struct choice *expected)
{
	enum token_kind kinds[MAX_CHOICES];
	const char *text;
	unsigned n = 0;

	for (unsigned i = 0; i < expected->n; i++) {
		if (token_is_renamed(expected->kinds[i]))
			continue;
		if (n == MAX_CHOICES)
			return NULL;
		kinds[n++] = expected->kinds[i];
	}
	if (n < 2)
		return NULL;
	text = token_kind_text(kinds[0]);
	for (unsigned i = 1; i < n; i++)
		text = arena_printf(p->arena, "%s%s%s", text, i + 1 < n ? ", " : " or ",
				    token_kind_text(kinds[i]));
	return text;
}

/* What looks like an attach point, and is a habit of other languages. */
static const char *hint_item(const struct parser *p)
{
	static const struct { const char *text, *hint; } habits[] = {
		{ ";", "no ';' stands behind the '}' of a probe, a macro or a function" },
		{ ";;", "no ';' stands behind the '}' of a probe, a macro or a function" },
		{ "typedef", "a typedef stands in a header of its own: #include \"FILE.h\"" },
	};
	const struct token *item = &p->before_last;

	for (size_t i = 0; item->kind == TOK_ATTACH && i < ARRAY_SIZE(habits); i++)
		if (strlen(habits[i].text) == item->len && !memcmp(habits[i].text, item->text, item->len))
			return habits[i].hint;
	return NULL;
}

/* Whether the hint is meant: what is said of an operator holds behind an operand only, and of one in parentheses
 * only in those of a for. */
static bool is_apt(struct parser *p, const struct choice *expected, enum token_kind hint_for)
{
	const struct token *open = p->open.n ? &p->open.v[p->open.n - 1] : NULL;

	if (hint_for != TOK_NUMBER && has(expected, TOK_NUMBER))
		return false;
	return hint_for != TOK_RPAREN || p->last.kind == TOK_ASSIGN || (open && open->value == TOK_FOR);
}

/* hint: that of the message, or NULL. */
static void add_hint(struct parser *p, struct diag *d, const struct choice *expected,
		     const char *hint)
{
	const char *choices;

	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i].got == p->last.kind && has(expected, hints[i].expected) &&
		    is_apt(p, expected, hints[i].expected)) {
			diag_hint(p->diags, d, "%s", hints[i].hint);
			return;
		}
	choices = hint ? NULL : list_choices(p, expected);
	if (hint)
		diag_hint(p->diags, d, "%s", hint);
	else if (choices)
		diag_hint(p->diags, d, "%s would fit here", choices);
}

void complain(struct parser *p, const enum token_kind *kinds, unsigned n)
{
	struct choice expected = { kinds, n };
	const char *message, *hint;

	if (p->is_stopped)
		return;
	if (p->last.kind == TOK_RBRACE && has(&expected, TOK_VALUE_END)) {
		/* The '}' is right; what stands behind it is not, and is complained of next. */
		filter_end_value(p);
		return;
	}
	if (!p->last.is_reported && !complain_unclosed(p, &expected)) {
		message = find_message(p, &expected, &hint);
		hint = hint ? hint : hint_item(p);
		add_hint(p,
			 diag_error(p->diags, DIAG_SYNTAX, missing_at(p, p->last.span, message),
				    "syntax: %s", message),
			 &expected, hint);
	}
	filter_skip_statement(p);
}

void complain_too_deep(struct parser *p, struct span at, const char *what, unsigned limit)
{
	struct diag *d;

	if (p->is_stopped)
		return;
	d = diag_error(p->diags, DIAG_NESTING, at, "syntax: nested too deeply");
	diag_hint(p->diags, d, "%s: %u is the limit", what, limit);
	filter_stop(p);
}

void complain_too_many(struct parser *p)
{
	diag_error(p->diags, DIAG_SYNTAX, (struct span){ 0, 0 },
		   "syntax: too many errors, the rest of the script is not read");
	filter_stop(p);
}

void not_built(struct parser *p, struct span at, const char *what)
{
	diag_error(p->diags, DIAG_NOT_BUILT, at, "%s is not supported by this version of sonde",
		   what);
}
