#include "builtins/task_priv.h"

#include "ast/script.h"
#include "base/host.h"
#include "codegen/cg.h"

/* struct bpf_pidns_info { pid, tgid } */
enum { PIDNS_TGID = 4, PIDNS_SIZE = 8 };

ref task_emit_pid(struct cg *cg)
{
	const struct host *h = cg_script(cg)->host;
	ref info;

	if (!h->pidns_ino)
		return cg_op(cg, OP_SHR, cg_helper(cg, BPF_FUNC_get_current_pid_tgid, 0), cg_const(cg, 32));
	info = cg_temp(cg, PIDNS_SIZE, "pidns");
	cg_helper(cg, BPF_FUNC_get_ns_current_pid_tgid, 4, cg_const(cg, h->pidns_dev), cg_const(cg, h->pidns_ino),
		  info, cg_const(cg, PIDNS_SIZE));
	return cg_load(cg, info, PIDNS_TGID, 4, false);
}
