/* Who runs, and where: process, user, CPU. */
#include <string.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

enum { COMM_SIZE = 16 };

/* struct bpf_pidns_info */
enum { PIDNS_PID = 0, PIDNS_TGID = 4, PIDNS_SIZE = 8 };

/* -- pid, tid -- */

static int check_pid(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);

	(void)u;
	if (!arg)
		return 0;
	if (arg->kind != NODE_name) {
		diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
			   "%s() only supports curr_ns and init as the argument", call->call.name);
		return -1;
	}
	if (!strcmp(arg->name.name, "curr_ns") || !strcmp(arg->name.name, "init"))
		return 0;
	diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
		   "Invalid PID namespace mode: %s (expects: curr_ns or init)", arg->name.name);
	return -1;
}

/* Seen from the initial namespace, or asked for as seen from there. */
static bool is_initial(struct cg *cg, const struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);

	return !cg_script(cg)->host->pidns_ino || (arg && !strcmp(arg->name.name, "init"));
}

/* One half of the process and thread ids of the current task in our namespace; 0 for a task that is
 * not in it. */
static ref emit_id_in_ns(struct cg *cg, uint64_t half)
{
	const struct host *h = cg_script(cg)->host;
	ref info = cg_temp(cg, PIDNS_SIZE, "pidns");

	cg_helper(cg, BPF_FUNC_get_ns_current_pid_tgid, 4, cg_const(cg, h->pidns_dev),
		  cg_const(cg, h->pidns_ino), info, cg_const(cg, PIDNS_SIZE));
	return cg_load(cg, info, half, 4, false);
}

static struct value emit_pid(struct cg *cg, const struct node *call)
{
	ref ids;

	if (!is_initial(cg, call))
		return cg_value(emit_id_in_ns(cg, PIDNS_TGID), call->type);
	ids = cg_helper(cg, BPF_FUNC_get_current_pid_tgid, 0);
	return cg_value(cg_op(cg, OP_SHR, ids, cg_const(cg, 32)), call->type);
}

static struct value emit_tid(struct cg *cg, const struct node *call)
{
	ref ids;

	if (!is_initial(cg, call))
		return cg_value(emit_id_in_ns(cg, PIDNS_PID), call->type);
	ids = cg_helper(cg, BPF_FUNC_get_current_pid_tgid, 0);
	return cg_value(cg_extend(cg, ids, 4, false), call->type);
}

/* -- the others -- */

static struct value emit_uid(struct cg *cg, const struct node *call)
{
	ref ids = cg_helper(cg, BPF_FUNC_get_current_uid_gid, 0);

	return cg_value(cg_extend(cg, ids, 4, false), call->type);
}

static struct value emit_gid(struct cg *cg, const struct node *call)
{
	ref ids = cg_helper(cg, BPF_FUNC_get_current_uid_gid, 0);

	return cg_value(cg_op(cg, OP_SHR, ids, cg_const(cg, 32)), call->type);
}

static int check_comm(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	call->type = type_string(s->types, COMM_SIZE);
	call->as = AS_KERNEL;
	return 0;
}

static void emit_comm(struct cg *cg, const struct node *call, ref dst)
{
	(void)call;
	/* 6.1 leaves what lies behind the name as it was, and keys compare all bytes; 6.12 was seen not to */
	if (!cg_kernel_since(cg, 6, 12))
		cg_zero(cg, dst, COMM_SIZE);
	cg_helper(cg, BPF_FUNC_get_current_comm, 2, dst, cg_const(cg, COMM_SIZE));
}

static int check_curtask(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	call->type = type_pointer_to(s->types, ctype_struct(s, "task_struct"));
	call->as = AS_KERNEL;
	return 0;
}

static struct value emit_curtask(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_get_current_task, 0), call->type);
}

static struct value emit_cgroup(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_get_current_cgroup_id, 0), call->type);
}

static struct value emit_cpu(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_get_smp_processor_id, 0), call->type);
}

static struct value emit_numaid(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_get_numa_node_id, 0), call->type);
}

static struct value emit_ncpus(struct cg *cg, const struct node *call)
{
	return cg_value(cg_const(cg, cg_script(cg)->host->n_cpus), call->type);
}

static struct value emit_rand(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_get_prandom_u32, 0), call->type);
}

const struct builtin builtins_task[] = {
	{ .name = "pid", .sig = "uint32(word?)", .flags = BUILTIN_VALUE | BUILTIN_WORDS,
	  .doc = "Process id, as seen in sonde's own PID namespace; pid(init): in the initial one.",
	  .check = COMPILE_SIDE(check_pid), .emit = COMPILE_SIDE(emit_pid) },
	{ .name = "tid", .sig = "uint32(word?)", .flags = BUILTIN_VALUE | BUILTIN_WORDS,
	  .doc = "Thread id, as seen in sonde's own PID namespace; tid(init): in the initial one.",
	  .check = COMPILE_SIDE(check_pid), .emit = COMPILE_SIDE(emit_tid) },
	{ .name = "uid", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "User id of the current process.", .emit = COMPILE_SIDE(emit_uid) },
	{ .name = "gid", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Group id of the current process.", .emit = COMPILE_SIDE(emit_gid) },
	{ .name = "comm", .sig = "own()", .flags = BUILTIN_VALUE,
	  .doc = "Name of the current thread, at most 15 characters.",
	  .check = COMPILE_SIDE(check_comm), .emit_into = COMPILE_SIDE(emit_comm) },
	{ .name = "curtask", .sig = "own()", .flags = BUILTIN_VALUE,
	  .doc = "Address of the current task (struct task_struct).",
	  .check = COMPILE_SIDE(check_curtask), .emit = COMPILE_SIDE(emit_curtask) },
	{ .name = "cgroup", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Id of the cgroup (version 2) of the current process.",
	  .emit = COMPILE_SIDE(emit_cgroup) },
	{ .name = "cpu", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Number of the CPU the event happened on.", .emit = COMPILE_SIDE(emit_cpu) },
	{ .name = "numaid", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Number of the NUMA node the event happened on.", .emit = COMPILE_SIDE(emit_numaid) },
	{ .name = "ncpus", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Number of CPUs this machine may have.", .emit = COMPILE_SIDE(emit_ncpus) },
	{ .name = "rand", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "A random number of 32 bits.", .emit = COMPILE_SIDE(emit_rand) },
	{ 0 }
};
