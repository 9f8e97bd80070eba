# Kernel types: what is read through the structs of the kernel is what /proc says of the same process.

NAME   [types 1.2] a process: ids, name, parent, times, code, threads, nice value agree with /proc/PID/stat
NEEDS  root btf
BEFORE {{PROGS}}/itself /etc/hostname
RUN    got=$({{SONDE}} -e 'tracepoint:syscalls:sys_enter_getppid /pid == $1/ {
		printf("%d (%s) %d %d %d %d %d %llu %llu\n", curtask->tgid, curtask->comm, curtask->real_parent->tgid, curtask->signal->pids[PIDTYPE_SID]->numbers[0].nr, curtask->signal->nr_threads, curtask->static_prio - 120, curtask->prio - 100, curtask->start_boottime / 10000000, curtask->mm->start_code); exit(); }' {{BEFORE_PID}} 2>{{TMP}}/err) || cat {{TMP}}/err
	set -- $(cat /proc/{{BEFORE_PID}}/stat)
	want="$1 $2 $4 $6 ${20} ${19} ${18} ${22} ${26}"
	[ "$(echo $got)" = "$want" ] || echo "got $got, want $want"
EXPECT

NAME   [types 1.2] a process: owner, namespaces, program, cgroup agree with /proc/PID
NEEDS  root btf
BEFORE {{PROGS}}/itself /etc/hostname
RUN    got=$({{SONDE}} -e 'tracepoint:syscalls:sys_enter_getppid /pid == $1/ {
		$ns = curtask->nsproxy;
		printf("%u:%u uts:[%u] ipc:[%u] pid:[%u] user:[%u] %s %s:\n", curtask->cred->uid.val, curtask->cred->gid.val, $ns->uts_ns->ns.inum, $ns->ipc_ns->ns.inum,
			$ns->pid_ns_for_children->ns.inum, curtask->cred->user_ns->ns.inum, str(curtask->mm->exe_file->f_path.dentry->d_name.name), str(curtask->cgroups->dfl_cgrp->kn->name)); exit(); }' {{BEFORE_PID}} 2>{{TMP}}/err) || cat {{TMP}}/err
	cd /proc/{{BEFORE_PID}}
	cgroup=$(sed -n 's/^0::.*\///p' cgroup)
	want="$(id -u):$(id -g) $(readlink ns/uts ns/ipc ns/pid ns/user | tr '\n' ' ')$(basename $(readlink exe)) $cgroup:"
	[ "$(echo $got)" = "$want" ] || echo "got $got, want $want"
EXPECT

NAME   [types 1.2] open files: names and kinds of file systems through arrays of pointers and dentries
NEEDS  root btf
BEFORE {{PROGS}}/itself /etc/hostname /etc/passwd /proc/version
SCRIPT tracepoint:syscalls:sys_enter_getppid /pid == $1/ {
		$fd = curtask->files->fdt->fd;
		printf("%s %s %s %s\n", str($fd[3]->f_path.dentry->d_name.name), str($fd[4]->f_path.dentry->d_name.name), str($fd[5]->f_path.dentry->d_name.name), str($fd[5]->f_path.dentry->d_parent->d_name.name));
		printf("%s %d %d\n", str($fd[5]->f_path.mnt->mnt_sb->s_type->name), $fd[6] == 0, $fd[3]->f_flags & 3);
		exit(); }
PARAMS {{BEFORE_PID}}
EXPECT
	hostname passwd version /
	proc 1 0

NAME   [types 1.2] bit-fields: one bit of a process that gathers orphans, and of one that does not
NEEDS  root btf
BEFORE {{PROGS}}/itself /etc/hostname
SCRIPT tracepoint:syscalls:sys_enter_getppid /pid == $1/ {
		$s = curtask->signal; print(($s->is_child_subreaper, curtask->real_parent->signal->is_child_subreaper, $s->is_child_subreaper + 1)); exit(); }
PARAMS {{BEFORE_PID}}
EXPECT (1, 0, 2)

NAME   [types 1.2] arguments of raw tracepoints are structs of the kernel
NEEDS  root btf
BEFORE {{PROGS}}/itself /etc/hostname
SCRIPT rawtracepoint:sched_switch /args.prev->tgid == $1/ { printf("%d %s %d\n", args.prev == curtask, args.prev->comm, args.prev->mm == curtask->mm); print(sizeof(args.preempt)); exit(); }
PARAMS {{BEFORE_PID}}
EXPECT
	1 itself 1
	1

NAME   [types 1.2] args of a raw tracepoint as a whole are a record
NEEDS  root btf
SCRIPT rawtracepoint:sched_process_exit { print(args); $a = args; @p = args; print($a.p == args.p); exit(); }
BEFORE sh -c 'while :; do /bin/true; sleep 0.05; done'
MATCH  ^\{ \.p = 0xff[0-9a-f]{14}(, \.group_dead = (true|false))? \}$
LINE   true
MATCH  ^@p: \{ \.p = 0xff[0-9a-f]{14}(, \.group_dead = (true|false))? \}$

NAME   [types 9] what cannot be read is 0, also when pointers are 0 half way; -k counts it
NEEDS  root btf
ARGS   -k
SCRIPT begin { $t = (struct task_struct *)0; print($t->mm->start_code); print($t->comm); print($t->real_parent->signal->nr_threads); exit(); }
LINE   0
ERR    Bad address|Failed to probe_read

NAME   [types 1.1] names of the kernel stand for types: structs without keyword, typedefs, base types, enums
NEEDS  root btf
SCRIPT begin { print(sizeof(task_struct) == sizeof(struct task_struct)); print((sizeof(atomic_t), sizeof(pid_t), sizeof(spinlock_t) > 0, sizeof(char), sizeof(enum pid_type), sizeof(pid_type)));
	print(((u16)70000, (loff_t)-1)); print(sizeof(struct list_head)); print(sizeof(union bpf_attr) > 100); }
EXPECT
	true
	(4, 4, true, 1, 8, 4)
	(4464, -1)
	16
	true

NAME   [types 2] [lexical 4.4] constants of enums of the kernel, also of those without a name
NEEDS  root btf
SCRIPT begin { print(PIDTYPE_TGID); print((int64)PIDTYPE_SID); printf("%d %s\n", BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_HASH); print(BPF_PROG_TYPE_KPROBE == 2); @[TCP_LISTEN] = 1; print(sizeof(PIDTYPE_PID)); print((uint64)NET_RX_SOFTIRQ); }
EXPECT
	PIDTYPE_TGID
	3
	1 BPF_MAP_TYPE_HASH
	true
	8
	3


	@[TCP_LISTEN]: 1

NAME   [types 1.2] fields of tracepoints: enums have names, pointers lead to structs
NEEDS  root btf
SCRIPT tracepoint:timer:hrtimer_start { print(args.mode); @seen[args.mode] = count(); exit(); }
MATCH  ^HRTIMER_MODE_

NAME   [probes 9] -l lists types of the kernel by name
NEEDS  root btf
RUN    {{SONDE}} -l 'struct path,enum pid_typ*'; {{SONDE}} -l 'union bpf_att?'; {{SONDE}} -l 'struct no_such_struct'; echo $?; {{SONDE}} -l 'struct task_st*'
LINE   struct path
LINE   enum pid_type
LINE   struct task_struct
LINE   0
MATCH_NOT :

NAME   [probes 9] -lv shows what types are made of, as C has it
NEEDS  root btf
RUN    {{SONDE}} -lv 'struct path'; {{SONDE}} -lv 'enum pid_type'
EXPECT
	vmlinux: struct path {
		struct vfsmount *mnt;
		struct dentry *dentry;
	};
	vmlinux: enum pid_type {
		PIDTYPE_PID = 0,
		PIDTYPE_TGID = 1,
		PIDTYPE_PGID = 2,
		PIDTYPE_SID = 3,
		PIDTYPE_MAX = 4,
	};

NAME   [types 1.2] types of modules: the session of the file system that a program was started from
NEEDS  root btf module_btf
SETUP  grep -q ' / 9p .*msize=' /proc/mounts
RUN    want=$(sed -n 's/.* \/ 9p .*msize=\([0-9]*\).*/\1/p' /proc/mounts)
	{{SONDE}} -e 'begin { $v = (struct v9fs_session_info *)curtask->fs->root.mnt->mnt_sb->s_fs_info; printf("%d\n", $v->clnt->msize == $1); print(sizeof(struct p9_qid)); }' $want
EXPECT
	1
	16

NAME   [types 1.2] [checks 7] what compilers write: sizes, places, bits, tags; a file may be named as the kernel's BTF
NEEDS  root tool:clang-19
SETUP  cat >t.c <<-'END'
	#define TAG(x) __attribute__((btf_type_tag(#x)))
	enum __attribute__((packed)) small { ONE = 1, TWO };
	enum big { BIG = 0x123456789abLL, MINUS = -5 };
	struct part { char c; short s; };
	typedef struct { int v; } boxed;
	struct thing {
		unsigned int a : 3, b : 7; signed int c : 5; _Bool d : 1; long long e : 40;
		enum small small; enum big big; boxed box; const boxed *const to_box;
		union { int i; unsigned char bytes[4]; struct { short low, high; }; };
		struct part parts[3]; char names[2][8]; int grid[2][3]; void (*call)(int);
		int TAG(percpu) *counter; char TAG(user) *text; struct thing TAG(rcu) *next;
		struct unknown *hidden; __int128 wide; struct { int x; } inner; char rest[];
	};
	struct thing thing;
	END
	clang-19 -target bpf -g -O2 -c t.c -o t.o
ENV    BPFTRACE_BTF={{TMP}}/t.o
SCRIPT begin { print((sizeof(struct thing), sizeof(thing), sizeof(small), sizeof(enum small), sizeof(big), sizeof(boxed), sizeof(struct part)));
	print((offsetof(struct thing, small), offsetof(struct thing, high), offsetof(struct thing, parts), offsetof(struct thing, next), offsetof(struct thing, rest)));
	print((ONE, TWO, (int64)BIG, (int64)MINUS));
	$t = (struct thing *)0; print((sizeof($t->parts), sizeof($t->names), sizeof($t->grid), sizeof($t->bytes), sizeof($t->box.v), sizeof($t->parts[1].s), sizeof($t->next->next->inner.x))); }
EXPECT
	(160, 160, 1, 8, 8, 4, 4)
	(7, 34, 36, 112, 148)
	(ONE, TWO, 1250999896491, -5)
	(12, 16, 24, 4, 4, 2, 4)

NAME   [types 1.2] pointers with a tag that nobody knows must not be followed
NEEDS  root tool:clang-19
SETUP  echo 'struct thing { int __attribute__((btf_type_tag("percpu"))) *counter; } thing;' >t.c; clang-19 -target bpf -g -O2 -c t.c -o t.o
ENV    BPFTRACE_BTF={{TMP}}/t.o
SCRIPT begin { print(*((struct thing *)1)->counter); }
STATUS 1
ERR    ERROR: Attempting to access pointer field 'counter' with unsupported tag attribute: percpu

NAME   [checks 6] a machine without BTF: the error says so
NEEDS  root
ENV    BPFTRACE_BTF=/dev/null
SCRIPT begin { print(curtask->pid); print(sizeof(struct sock)); }
STATUS 1
ERR    WARNING: BTF: failed to parse BTF from /dev/null
ERR    ERROR: Unknown struct/union: 'struct task_struct'
ERR    ERROR: Cannot resolve unknown type "struct sock"
ERR    HINT: The types of the kernel are not known: /dev/null: this is no BTF

NAME   [checks 3.2] raw tracepoints on a machine without BTF
NEEDS  root
ENV    BPFTRACE_BTF=/dev/null
SCRIPT rawtracepoint:sched_switch { }
STATUS 1
ERR    ERROR: rawtracepoints require kernel BTF. Try using a 'tracepoint' instead.

NAME   [probes 3] ctx of perf events: registers, period and address as the struct of the kernel has them
NEEDS  root btf
SCRIPT software:page-faults:1 { $c = ctx; print((ctx->regs.ip == reg("ip"), $c->regs.sp == reg("sp"), ctx->sample_period, $c->addr != 0, ctx->regs.cs & 3 == 3 || ctx->regs.cs == 0x10)); exit(); }
BEFORE sh -c 'while :; do /bin/true; sleep 0.05; done'
MATCH  ^\(true, true, 1, true, true\)$

NAME   [probes 3] ctx of uprobes: the registers
NEEDS  root btf uprobe
SCRIPT uprobe:{{PROGS}}/calls:* { print((ctx->ip == reg("ip"), ctx->di == arg0, ctx->sp == reg("sp"), (*ctx).si == arg1)); exit(); }
ARGS   -c '{{PROGS}}/calls 1'
LINE   (true, true, true, true)

NAME   [types 1.2] structs of the kernel as values: in variables, maps, keys, printed whole
NEEDS  root btf
SCRIPT begin { $u = curtask->cred->uid; print($u); @k[curtask->cred->uid] = 1; @v = curtask->cred->gid; $se = curtask->se; print($se.load.weight == curtask->se.load.weight);
	print(curtask->signal->rlim[7]); print(sizeof(*curtask) == sizeof(struct task_struct)); print((uint64)(curtask + 1) - (uint64)curtask == sizeof(task_struct)); }
LINE   { .val = 0 }
MATCH  ^\{ \.rlim_cur = [0-9]+, \.rlim_max = [0-9]+ \}$
LINE   @k[{ .val = 0 }]: 1
LINE   @v: { .val = 0 }
MATCH_NOT false

NAME   [types 1.2] [types 9] arguments of system calls are structs in the memory of the process
NEEDS  root btf
SCRIPT tracepoint:syscalls:sys_enter_clock_nanosleep,tracepoint:syscalls:sys_enter_nanosleep /comm == "sleeps"/ { print((args.rqtp->tv_sec, args.rqtp->tv_nsec, sizeof(*args.rqtp))); exit(); }
AFTER  {{PROGS}}/sleeps 1.25
STATUS 0
EXPECT (1, 250000000, 16)

NAME   [types 1.2] [types 5] an address of a process, cast to what it is
NEEDS  root btf
SCRIPT tracepoint:syscalls:sys_enter_connect /comm == "bash" && args.uservaddr->sa_family == 2/ { $a = (struct sockaddr_in *)args.uservaddr; printf("%d %x\n", bswap($a->sin_port), bswap($a->sin_addr.s_addr)); exit(); }
BEFORE sh -c 'while sleep 0.1; do bash -c ": >/dev/tcp/127.0.0.2/9"; done'
MATCH  ^9 7f000002$

NAME   [probes 2.8] arguments of raw tracepoints: enums, bools, pointers to pointers; a struct by value is refused in words
NEEDS  root tool:clang-19
SETUP  cat >t.c <<-'END'
	struct pair { int a, b; };
	enum kind { SMALL, LARGE };
	typedef void (*btf_trace_thing)(void *, struct pair, enum kind, _Bool, struct pair **);
	btf_trace_thing used;
	int __traceiter_thing(void *data, struct pair pair, enum kind kind, _Bool flag, struct pair **list) { return kind; }
	END
	clang-19 -target bpf -g -O2 -c t.c -o t.o
ENV    BPFTRACE_BTF={{TMP}}/t.o
RUN    {{SONDE}} -lv rawtracepoint:thing; {{SONDE}} --dry-run -d types -e 'rawtracepoint:thing { $k = args.kind; $f = args.flag; $l = args.list; $a = args; }' | sed -n '/^\$/p'; {{SONDE}} -e 'rawtracepoint:thing { print(args.pair); print(args.kinds); }'
STATUS 1
LINE   rawtracepoint:vmlinux:thing
MATCH  ^    struct pair \* \* list$
LINE   $k /* enum kind */
LINE   $f /* bool */
LINE   $l /* struct pair * * */
MATCH  ^\$a /\* record \{ \.kind = enum kind, \.flag = bool, \.list = struct pair \* \* \} \*/$
ERR    ERROR: pair has unsupported type
ERR    ERROR: Can't find function parameter kinds
ERR    HINT: Did you mean kind\?

NAME   [types 5] [probes 2.4] arguments of kprobes, cast to structs of the kernel
NEEDS  root btf kprobe
ARGS   -c '{{PROGS}}/opens 1 /etc/hostname'
SCRIPT kprobe:vfs_open /str(((struct path *)arg0)->dentry->d_name.name) == "hostname"/ {
		$f = (struct file *)arg1; $p = (struct path *)arg0;
		print(($p->dentry == $f->f_path.dentry, $f->f_mode & 1, ((struct path *)arg0)->mnt->mnt_sb == $p->dentry->d_sb)); print(ctx->di == arg0); exit(); }
LINE   true
MATCH  ^\((true|false), [01], true\)$
