/* Any bytes are a script or a list of complaints: the parser neither crashes nor leaks nor hangs.
 * What it read without a complaint and printed again it reads as the same tree. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "parser/parser.h"
#include "room.h"

static const struct host host;

static char *print_with(void (*print)(FILE *out, const struct node *n), const struct node *n,
			size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	print(out, n);
	fclose(out);
	return text;
}

/* Printing puts parentheses where there were none: that may be too deep. */
static void read_again(const struct node *root)
{
	struct script *s = script_new(&host);
	size_t len, tree_len, again_len;
	char *text = print_with(node_print_typed, root, &len), *tree, *again;

	if (script_parse(s, "printed", text, len)) {
		if (diags_first(s->diags)->code != DIAG_NESTING) {
			fputs(text, stderr);
			diags_show_errors(s->diags, stderr, (struct diags_look){ 0 });
			abort();
		}
	} else {
		tree = print_with(node_print, root, &tree_len);
		again = print_with(node_print, s->root, &again_len);
		if (strcmp(tree, again)) {
			fprintf(stderr, "%s\n%s\n%s", text, tree, again);
			abort();
		}
		free(tree);
		free(again);
	}
	free(text);
	script_free(s);
}

/* C definitions look for the kernel's types: there are none. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	room_find();
	return setenv("SONDE_BTF", "/none", 1);
}

static void parse(const char *text, size_t len)
{
	struct script *s = script_new(&host);
	bool is_good = !script_parse(s, "fuzz", text, len);

	if (is_good == (diags_errors(s->diags) > 0))
		abort();
	if (is_good)
		read_again(node_copy(s->arena, s->root));
	if (is_good && s->read_c && (s->read_c(s) != 0) != (diags_errors(s->diags) > 0))
		abort();
	room_show(s->diags);
	script_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	room_enter();
	parse((const char *)text, len);
	room_leave();
	return 0;
}
