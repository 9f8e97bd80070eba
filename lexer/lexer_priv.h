#ifndef SONDE_LEXER_LEXER_PRIV_H
#define SONDE_LEXER_LEXER_PRIV_H

#include "lexer/lexer.h"

/* What the rules in lexer.l, the door in lexer.c and the literals in literal.c share. */
struct lexer {
	struct arena *arena;
	struct diags *diags;
	void *scanner;               /* flex's */
	const char *text;
	size_t len;
	uint32_t start;              /* position of text[0] */
	size_t at, end;              /* the token being read: [at, end) of the text */
	unsigned braces;             /* open ones */
	unsigned parens;             /* open ones of a map declaration */
	bool in_map_decl;
	bool in_predicate;
	bool is_begun;               /* something other than layout was read */
	struct token token;
};

/* The rules: reads one token into l->token and returns its kind. */
int scan_token(void *scanner);

/* Each reads [at, end) of the text into l->token and returns the kind; trouble becomes diags. */
enum token_kind read_number(struct lexer *l);      /* moves end over what is glued to the number */
enum token_kind read_string(struct lexer *l);      /* with its quotes */
enum token_kind read_open_string(struct lexer *l); /* the line ends before the string */
enum token_kind say_open_string(struct lexer *l, size_t from, size_t to);
enum token_kind read_positional(struct lexer *l);
enum token_kind read_bad(struct lexer *l);         /* a control character ends the text */
/* The text itself, without its first `skip` bytes. */
enum token_kind read_raw(struct lexer *l, enum token_kind kind, size_t skip);

/* A word of the language, or NAME. */
enum token_kind read_word(struct lexer *l);
/* A word that begins an item of the top level, a C definition, or an attach point; moves end. */
enum token_kind read_item(struct lexer *l);
/* An attach point that starts at l->at; moves end. */
enum token_kind read_attach_point(struct lexer *l);

/* The place of [from, to) of the text. */
struct span lexer_span(const struct lexer *l, size_t from, size_t to);
bool is_word_byte(char c);

#endif
