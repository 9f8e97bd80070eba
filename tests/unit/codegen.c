/* What the object code of a script is made of: which helpers it calls, and how often. No kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <linux/bpf.h>
#include <string.h>

#include "ast/plan.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/source.h"
#include "base/str.h"
#include "base/vec.h"
#include "codegen/codegen.h"
#include "parser/parser.h"
#include "runtime/program.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };

static struct script *compile(const char *text, struct program *ret_program)
{
	struct script *s = script_new(&host);

	assert_int_equal(script_parse(s, "test", text, strlen(text)), 0);
	if (script_check(s, 0) ||
	    codegen_program(s, (struct codegen_options){ .verify = true }, ret_program))
		fail_msg("%s: %s", text, diags_first(s->diags)->message);
	return s;
}

/* The instructions of section "p0". */
static const struct bpf_insn *first_program(const struct program *p, size_t *ret_n)
{
	const char *elf = p->elf;
	const Elf64_Ehdr *head = (const void *)elf;
	const Elf64_Shdr *sections = (const void *)(elf + head->e_shoff);
	const char *names = elf + sections[head->e_shstrndx].sh_offset;

	for (int i = 0; i < head->e_shnum; i++) {
		if (strcmp(names + sections[i].sh_name, "p0"))
			continue;
		*ret_n = sections[i].sh_size / sizeof(struct bpf_insn);
		return (const void *)(elf + sections[i].sh_offset);
	}
	fail_msg("no section p0");
	return NULL;
}

static unsigned count_calls(const char *text, int helper)
{
	const struct bpf_insn *insns;
	struct program p = { 0 };
	struct script *s = compile(text, &p);
	unsigned calls = 0;
	size_t n = 0;

	insns = first_program(&p, &n);
	for (size_t i = 0; i < n; i++)
		calls += insns[i].code == (BPF_JMP | BPF_CALL) && !insns[i].src_reg && insns[i].imm == helper;
	program_done(&p);
	script_free(s);
	return calls;
}

/* What must be cheap: how many calls of a helper a script makes. */
static const struct {
	const char *text;
	int helper;
	unsigned calls;
} costs[] = {
	{ "begin { @ = 5; }", BPF_FUNC_map_update_elem, 0 },            /* scalars are in the globals */
	{ "begin { @++; }", BPF_FUNC_map_lookup_elem, 0 },
	{ "begin { @ = count(); }", BPF_FUNC_map_update_elem, 0 },
	{ "begin { @ = count(); }", BPF_FUNC_map_lookup_elem, 1 },
	{ "begin { @[pid] = count(); }", BPF_FUNC_map_update_elem, 1 },  /* only where the key is new */
	{ "begin { @[pid] = 1; }", BPF_FUNC_map_lookup_elem, 0 },
	{ "begin { @[comm] = count(); }", BPF_FUNC_probe_read_kernel, 0 },
	{ "begin { if (comm == \"x\") { @++; } }", BPF_FUNC_strncmp, 0 }, /* compared in place */
	{ "begin { printf(\"%d %s\", pid, comm); }", BPF_FUNC_ringbuf_reserve, 1 },
	{ "begin { printf(\"%d %s\", pid, comm); }", BPF_FUNC_map_lookup_elem, 0 }, /* no scratch */
	{ "begin { $s = str($1); @[$s] = 1; }", BPF_FUNC_map_lookup_elem, 0 },
	{ "begin { for $i : 0..10 { @ = $i; } }", BPF_FUNC_loop, 1 },
	{ "begin { @[1] = 1; for $kv : @ { @x = $kv.1; } }", BPF_FUNC_for_each_map_elem, 1 },
};

static void test_costs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(costs); i++) {
		unsigned calls = count_calls(costs[i].text, costs[i].helper);

		if (calls != costs[i].calls)
			fail_msg("%s: %u calls of helper %d", costs[i].text, calls, costs[i].helper);
	}
}

static void test_plan_is_filled(void **state)
{
	struct program p = { 0 };
	struct script *s = compile("begin { printf(\"a\"); @[1] = 2; for $i : 0..3 { print($i); } @b[str(5, 3), 300] = "
				   "kstack(9); }", &p);

	(void)state;
	assert_int_equal(p.plan->n_events, 2);
	assert_true(p.plan->n_sites >= 3);                       /* two maps and the loop */
	assert_true(p.plan->progs[0]->has_functions && p.plan->progs[0]->has_for);
	assert_true(p.plan->scratch_size >= 80);                 /* a stack of nine frames */
	program_done(&p);
	script_free(s);
}

/* Functions that a body is cut into are no loop: a script of begin alone keeps its small ring. */
static void test_parts_are_no_loop(void **state)
{
	struct program p = { 0 };
	char text[8192] = "begin { ";
	struct script *s;

	(void)state;
	for (int i = 0; i < 200; i++)
		sprintf(text + strlen(text), "@m[%d] = nsecs; ", i);
	s = compile(strcat(text, "clear(@m); }"), &p);
	assert_true(p.plan->progs[0]->has_functions);
	assert_false(p.plan->progs[0]->has_for);
	program_done(&p);
	script_free(s);
}

/* LLVM would keep all terms of this sum on the stack: it is told not to. */
static void test_long_sum(void **state)
{
	struct program p = { 0 };
	char text[8192] = "begin { $x = 1";
	struct script *s;

	(void)state;
	for (int i = 0; i < 900; i++)
		strcat(text, " + pid");
	s = compile(strcat(text, "; print($x); }"), &p);
	program_done(&p);
	script_free(s);
}

/* More values at a time than the BPF stack holds: an error in words, not LLVM's. */
static void test_stack_limit(void **state)
{
	struct script *s = script_new(&host);
	struct program p = { 0 };
	char text[8192] = "begin { $x = ", end[256] = "";

	(void)state;
	for (int i = 0; i < 100; i++) {
		strcat(text, "nsecs + (");
		strcat(end, ")");
	}
	strcat(strcat(strcat(text, "nsecs"), end), "; print($x); }");
	assert_int_equal(script_parse(s, "test", text, strlen(text)), 0);
	assert_int_equal(script_check(s, 0), 0);
	assert_int_not_equal(codegen_program(s, (struct codegen_options){ 0 }, &p), 0);
	assert_non_null(strstr(diags_first(s->diags)->message, "512 bytes of stack"));
	script_free(s);
}

/* Loops too deep in one probe are said, whatever room the probes behind it take. */
static void test_loops_too_deep(void **state)
{
	char text[4096] =
		"begin { for $a : 0..2 { for $b : 0..2 { for $c : 0..2 { for $d : 0..2 { for $e : 0..2 { for $f : 0..2 { "
		"for $g : 0..2 { for $h : 0..2 { print($h); } } } } } } } } } end { $x = ", end[256] = "";
	struct script *s = script_new(&host);
	struct program p = { 0 };

	(void)state;
	for (int i = 0; i < 50; i++) {
		strcat(text, "nsecs + (");
		strcat(end, ")");
	}
	strcat(strcat(strcat(text, "nsecs"), end), "; print($x); }");
	assert_int_equal(script_parse(s, "test", text, strlen(text)), 0);
	assert_int_equal(script_check(s, 0), 0);
	assert_int_equal(codegen_program(s, (struct codegen_options){ 0 }, &p), -1);
	assert_non_null(strstr(diags_first(s->diags)->message, "stand inside each other 8 deep"));
	script_free(s);
}

/* A statement of over 32,767 instructions, on which LLVM would end the process: an error at that statement, and the next
 * script compiles as if nothing had been. */
static void test_jump_too_far(void **state)
{
	struct script *s = script_new(&host);
	struct strbuf text = { 0 };
	struct program p = { 0 };
	const struct diag *d;
	uint32_t statement;

	(void)state;
	strbuf_puts(&text, "begin { $s = comm; print($s); ");
	statement = (uint32_t)text.len;
	strbuf_puts(&text, "if ((pid");
	for (int i = 0; i < 1300; i++) /* in groups: an expression may not be too deep */
		strbuf_printf(&text, "%sstrncmp($s, \"abcdefghij%d\", 16)", i % 100 ? " && " : ") && (", i);
	strbuf_puts(&text, ")) { print(1); } } end { print(2); }");
	assert_int_equal(script_parse(s, "test", text.data, text.len), 0);
	assert_int_equal(script_check(s, 0), 0);
	assert_int_equal(codegen_program(s, (struct codegen_options){ 0 }, &p), -1);
	assert_null(p.elf);
	assert_int_equal(diags_errors(s->diags), 1);
	d = diags_first(s->diags);
	assert_non_null(strstr(d->message, "more code than a BPF program can jump over"));
	assert_int_equal(source_place(s->sources, d->span.start).column, statement + 1);
	strbuf_done(&text);
	script_free(s);
	s = compile("begin { print(1); }", &p);
	assert_non_null(p.elf);
	program_done(&p);
	script_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_costs),
		cmocka_unit_test(test_plan_is_filled),
		cmocka_unit_test(test_parts_are_no_loop),
		cmocka_unit_test(test_long_sum),
		cmocka_unit_test(test_stack_limit),
		cmocka_unit_test(test_loops_too_deep),
		cmocka_unit_test(test_jump_too_far),
	};

	return cmocka_run_group_tests_name("codegen", tests, NULL, NULL);
}
