/* Any text is a program or a list of complaints, down to the object code. No kernel: probes are begin,
 * end and interval; what needs this machine finds nothing. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "codegen/codegen.h"
#include "parser/parser.h"
#include "runtime/program.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };
static const char *const params[] = { "5", "text" };

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	struct script *s = script_new(&host);
	struct codegen_options opt = { .verify = true };
	struct program p = { 0 };
	int err;

	s->params = params;
	s->n_params = 2;
	err = script_parse(s, "fuzz", (const char *)text, len) || script_check(s, 0) ||
	      codegen_program(s, opt, &p);
	if ((err != 0) != (diags_errors(s->diags) > 0)) {
		fprintf(stderr, "%s\n", err ? "refused without a word" : "made in spite of errors");
		diags_show_errors(s->diags, stderr, (struct diags_look){ 0 });
		abort();
	}
	for (const struct diag *d = diags_first(s->diags); d; d = d->next)
		if (d->code == DIAG_SYSTEM && !d->span.start) {
			diags_show_errors(s->diags, stderr, (struct diags_look){ 0 });
			abort();
		}
	program_done(&p);
	script_free(s);
	return 0;
}
