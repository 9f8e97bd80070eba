/* Any text is a program or a list of complaints, down to the object code. No kernel: what a script finds of the machine
 * is in the room (room.h), few things and always the same; so are the types of the kernel. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/btf.h>
#include <unistd.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "codegen/codegen.h"
#include "parser/parser.h"
#include "runtime/program.h"
#include "room.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };
static const char *const params[] = { "5", "text" };

/* long vfs_read(struct task_struct *who, int fd); and the raw tracepoint sched_switch(void *, bool preempt,
 * struct task_struct *prev). */
static void add_functions(struct btf *b, int to_task, int i32)
{
	int i64 = btf__add_int(b, "long", 8, BTF_INT_SIGNED), boolean = btf__add_int(b, "_Bool", 1, BTF_INT_BOOL);
	int data = btf__add_ptr(b, 0), function = btf__add_func_proto(b, i64), event;

	btf__add_func_param(b, "who", to_task);
	btf__add_func_param(b, "fd", i32);
	btf__add_func(b, "vfs_read", BTF_FUNC_GLOBAL, function);
	event = btf__add_func_proto(b, i32);
	btf__add_func_param(b, "__data", data);
	btf__add_func_param(b, "preempt", boolean);
	btf__add_func_param(b, "prev", to_task);
	btf__add_func(b, "__traceiter_sched_switch", BTF_FUNC_STATIC, event);
	btf__add_typedef(b, "btf_trace_sched_switch", btf__add_ptr(b, event));
}

/* struct task_struct { int pid; char comm[16]; struct task_struct *parent; union { u64 both; struct { int low : 5,
 * high : 27; }; }; enum pid_type types[2]; struct pt_regs *regs; char rest[]; }; */
static void add_types(struct btf *b)
{
	int i32 = btf__add_int(b, "int", 4, BTF_INT_SIGNED), c = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
	int u64 = btf__add_int(b, "long unsigned int", 8, 0), comm = btf__add_array(b, i32, c, 16);
	int type = btf__add_enum(b, "pid_type", 4), types, bits, both, rest, ip, regs, to_regs, to_task;

	btf__add_enum_value(b, "PIDTYPE_PID", 0);
	btf__add_enum_value(b, "PIDTYPE_TGID", 1);
	types = btf__add_array(b, i32, type, 2);
	rest = btf__add_array(b, i32, c, 0);
	bits = btf__add_struct(b, NULL, 4);
	btf__add_field(b, "low", i32, 0, 5);
	btf__add_field(b, "high", i32, 5, 27);
	both = btf__add_union(b, NULL, 8);
	btf__add_field(b, "both", u64, 0, 0);
	btf__add_field(b, NULL, bits, 0, 0);
	ip = btf__add_typedef(b, "u64", u64);
	regs = btf__add_struct(b, "pt_regs", 8);
	btf__add_field(b, "ip", ip, 0, 0);
	to_regs = btf__add_ptr(b, regs);
	to_task = btf__add_ptr(b, to_regs + 2);
	btf__add_struct(b, "task_struct", 56);
	btf__add_field(b, "pid", i32, 0, 0);
	btf__add_field(b, "comm", comm, 32, 0);
	btf__add_field(b, "parent", to_task, 192, 0);
	btf__add_field(b, NULL, both, 256, 0);
	btf__add_field(b, "types", types, 320, 0);
	btf__add_field(b, "regs", to_regs, 384, 0);
	btf__add_field(b, "rest", rest, 448, 0);
	add_functions(b, to_task, i32);
}

/* Written beside and renamed: several processes may start in one room. */
static void write_btf(void)
{
	struct btf *b = btf__new_empty();
	char path[64];
	const void *data;
	uint32_t len;
	int fd;

	add_types(b);
	data = btf__raw_data(b, &len);
	snprintf(path, sizeof(path), "btf.%d", (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len || rename(path, "btf")) {
		perror(path);
		_exit(2);
	}
	close(fd);
	btf__free(b);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	room_find();
	write_btf();
	return setenv("SONDE_BTF", "/btf", 1);
}

static void compile(const char *text, size_t len)
{
	struct script *s = script_new(&host);
	struct codegen_options opt = { .verify = true };
	struct program p = { 0 };
	int err;

	s->params = params;
	s->n_params = 2;
	err = script_parse(s, "fuzz", text, len) || script_import(s) || script_check(s, 0) ||
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
	room_show(s->diags);
	program_done(&p);
	script_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	room_enter();
	compile((const char *)text, len);
	room_leave();
	return 0;
}
