#ifndef SONDE_LEXER_LEXER_H
#define SONDE_LEXER_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

struct arena;
struct diags;

enum token_kind {
#define TOKEN(name, text) TOK_##name,
#define KEYWORD(name, text) TOK_##name,
#define PUNCT(name, text) TOK_##name,
#define RENAMED(name, text) TOK_##name,
#include "lexer/tokens.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
#undef RENAMED
	TOKENS
};

struct token {
	enum token_kind kind;
	bool is_reported;    /* BAD: a diag says already what is wrong */
	struct span span;
	/* NAME: the name; VAR, MAP: the name without its sigil; STRING: its bytes, escapes decoded;
	 * ATTACH, DIRECTIVE, C_DEFINITION: the raw text. Not NUL-terminated; STRING and ATTACH may
	 * hold any byte but those that end them. NULL for the others. */
	const char *text;
	uint32_t len;
	uint64_t value;      /* NUMBER; POSITIONAL: its number, 0 for "$#"; of open brackets the parser
			      * keeps the kind of what stands in front of them here */
};

/* Turns a text into tokens. Lexical trouble becomes diags and reading goes on behind it. */
struct lexer;

/* start: position of the first byte (base/source.h). The text must outlive the tokens; decoded
 * strings live in the arena. */
struct lexer *lexer_new(struct arena *a, struct diags *ds, uint32_t start, const char *text,
			size_t len);
/* The text is not a script, but what stands between the braces of a probe. */
void lexer_begin_code(struct lexer *l);
void lexer_free(struct lexer *l); /* NULL is fine */

/* The next token; END again and again at the end. */
struct token lexer_next(struct lexer *l);

/* The parser gave up on a predicate: the next braces are a probe's body. */
void lexer_leave_predicate(struct lexer *l);

const char *token_kind_name(enum token_kind kind); /* "SHL" */
const char *token_kind_text(enum token_kind kind); /* as shown to users: "'<<'", "identifier" */
bool token_is_keyword(enum token_kind kind);
bool token_is_renamed(enum token_kind kind); /* never comes from the lexer */

/* One line: kind, place in the text, and what the token holds. */
void token_print(FILE *out, const struct token *t, uint32_t start);

#endif
