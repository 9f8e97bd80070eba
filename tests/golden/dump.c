/* golden_dump lex|parse FILE: what the front half makes of a script, for tests/golden/run. Complaints
 * stand below it, the way a user gets them. Ends with 1 when there were errors, with 2 when it was
 * called wrongly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/source.h"
#include "lexer/lexer.h"
#include "parser/parser.h"

static void dump_tokens(struct script *s, const char *file, const char *text, size_t len)
{
	uint32_t start = sources_add(s->sources, file, text, len);
	struct lexer *l = lexer_new(s->arena, s->diags, start, sources_text(s->sources, start),
				    len);
	struct token t;

	do {
		t = lexer_next(l);
		token_print(stdout, &t, start);
	} while (t.kind != TOK_END);
	lexer_free(l);
}

static void dump_tree(struct script *s, const char *file, const char *text, size_t len)
{
	script_parse(s, file, text, len);
	node_print(stdout, s->root);
}

int main(int argc, char **argv)
{
	static const struct host host;
	struct script *s;
	bool is_lex = argc == 3 && !strcmp(argv[1], "lex");
	bool is_parse = argc == 3 && !strcmp(argv[1], "parse");
	size_t len;
	char *text;
	int status;

	if (!is_lex && !is_parse) {
		fputs("usage: golden_dump lex|parse FILE\n", stderr);
		return 2;
	}
	if (host_read_file(argv[2], &text, &len)) {
		perror(argv[2]);
		return 2;
	}
	s = script_new(&host);
	if (is_lex)
		dump_tokens(s, argv[2], text, len);
	else
		dump_tree(s, argv[2], text, len);
	diags_show_errors(s->diags, stdout, (struct diags_look){ .names = true });
	status = diags_errors(s->diags) > 0;
	script_free(s);
	free(text);
	return status;
}
