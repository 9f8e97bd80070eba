# Which events an attach point stands for, how programs reach them, and what is said when they cannot.

NAME   many system calls share one program that counts only them
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_get* /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 1000'
EXPECT @: 1000
ERR    ^Attached [23][0-9] probes$

NAME   the same at the return of the calls
NEEDS  root
SCRIPT tracepoint:syscalls:sys_exit_get* /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 1000'
EXPECT @: 1000

NAME   the same at both ends
NEEDS  root
SCRIPT tracepoint:syscalls:sys_*_get* /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 1000'
EXPECT @: 2000

NAME   calls that are not meant are not counted
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_s* /comm == "getppids"/ { @other = count(); } tracepoint:syscalls:sys_enter_getppid { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 1000'
LINE   @: 1000
MATCH_NOT ^@other: [0-9][0-9]

NAME   one program and one per call see the same calls
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_l* /comm == "lseeks"/ { @[probe] = count(); } tracepoint:syscalls:sys_enter_l* /comm == "lseeks"/ { @all = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 77'
LINE   @all: 77
LINE   @[tracepoint:syscalls:sys_enter_lseek]: 77

NAME   events of different kinds in one wildcard
NEEDS  root
SCRIPT tracepoint:*:*getppid*, tracepoint:sched:sched_process_exec /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 5'
EXPECT @: 11

NAME   a record and no record of one event give the same count
NEEDS  root
SCRIPT tracepoint:raw_syscalls:sys_enter /comm == "getppids"/ { @raw = count(); } tracepoint:raw_syscalls:sys_enter /comm == "getppids" && args.id >= 0/ { @perf = count(); }
	end { printf("%d\n", (int64)@raw == (int64)@perf); clear(@raw); clear(@perf); }
ARGS   -c '{{PROGS}}/getppids 500'
EXPECT 1

NAME   a kernel stack at a tracepoint begins in the kernel's code
NEEDS  root
SCRIPT tracepoint:sched:sched_switch { @[kstack(1)] = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.01 5'
MATCH  ^ +__schedule\+[0-9]+$
MATCH_NOT bpf

NAME   the nearest tracepoint is named
NEEDS  root
SCRIPT tracepoint:sched:sched_swich { exit(); }
STATUS 1
ERR    No matches for tracepoint sched:sched_swich\.$
ERR    ^HINT: Did you mean 'tracepoint:sched:sched_switch'\?$

NAME   the right category is named
NEEDS  root
SCRIPT tracepoint:syscall:sys_enter_openat { exit(); }
STATUS 1
ERR    ^HINT: Did you mean 'tracepoint:syscalls:sys_enter_openat'\?$

NAME   a raw tracepoint that is not there
NEEDS  root btf
SCRIPT rawtracepoint:vmlinux:sched_swich { exit(); }
STATUS 1
ERR    No matches for rawtracepoint vmlinux:sched_swich\.$
ERR    ^HINT: Did you mean 'rawtracepoint:sched_switch'\?$

NAME   more arguments than a raw tracepoint has
NEEDS  root btf
SCRIPT rawtracepoint:sys_enter { @ = arg5; }
STATUS 255
ERR    Maybe trying to access arguments beyond what's available in this tracepoint
ERR    Unable to attach probe: rawtracepoint:vmlinux:sys_enter\.

NAME   narrow and boolean arguments of raw tracepoints
NEEDS  root btf
SCRIPT rawtracepoint:sched_switch { @ = args.preempt; @ok = (args.prev_state <= 0xffffffff); exit(); }
MATCH  ^@: (true|false)$
LINE   @ok: true

NAME   a uprobe in the middle of an instruction is refused
NEEDS  root uprobe tool:objdump
RUN    at=$(objdump -d {{PROGS}}/calls | awk '/<outer>:$/ { f = 1; next } f && $2 ~ /^[0-9a-f][0-9a-f]$/ && $3 ~ /^[0-9a-f][0-9a-f]$/ { sub(/:/, "", $1); print $1; exit }');
	start=$(objdump -d {{PROGS}}/calls | awk '/<outer>:$/ { print $1 }');
	$SONDE -e "uprobe:{{PROGS}}/calls:outer+$((0x$at + 1 - 0x$start)) { @ = count(); }" -c '{{PROGS}}/calls 9'
STATUS 255
ERR    Could not add uprobe into middle of instruction: .*/calls:outer\+[0-9]+$
ERR    ^Use --unsafe to force attachment\.

NAME   a uprobe behind the end of its function is refused
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:outer+100000 { @ = count(); }
STATUS 255
ERR    Offset outside the function bounds \('outer' size is [0-9]+\)$

NAME   a uprobe at an address
NEEDS  root uprobe tool:nm
RUN    at=$(nm {{PROGS}}/calls | awk '$3 == "outer" { print "0x" $1 }');
	$SONDE -e "uprobe:{{PROGS}}/calls:$at { @[probe == \"uprobe:{{PROGS}}/calls:$((at))\"] = count(); }" -c '{{PROGS}}/calls 9'
EXPECT @[true]: 9

NAME   the nearest function is named
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:outr { @ = count(); }
STATUS 1
ERR    No matches for uprobe .*/calls:outr\.$
ERR    ^HINT: Did you mean 'uprobe:.*/calls:outer'\?$

NAME   a binary that is not there
NEEDS  root uprobe
SCRIPT uprobe:./nosuch:f { @ = count(); }
STATUS 1
ERR    uprobe target file '\./nosuch' does not exist or is not executable$

NAME   two names for one place count a call once
NEEDS  root uprobe
SCRIPT uprobe:libc:nanosleep, uprobe:libc:__nanosleep { @ = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.001 10'
EXPECT @: 10

NAME   -p names the binary
NEEDS  root uprobe
BEFORE {{PROGS}}/calls 5 100
READY  kill -USR1 {{BEFORE_PID}}
SCRIPT uprobe:outer { @[probe == "uprobe:/proc/{{BEFORE_PID}}/root{{PROGS}}/calls:outer"] = count(); }
ARGS   -p {{BEFORE_PID}}
EXPECT @[true]: 5

NAME   -p profiles every thread of the process, and no other
NEEDS  root
BEFORE {{PROGS}}/threads 3 2000000000
SCRIPT profile:hz:199 { @[pid == {{BEFORE_PID}}, tid - {{BEFORE_PID}}] = count(); }
ARGS   -p {{BEFORE_PID}}
AFTER  sleep 2
MATCH  ^@\[true, [1-9]\]: [0-9]+$
MATCH_NOT false

NAME   a kprobe in the middle of an instruction, and behind the function
NEEDS  root kprobe
RUN    $SONDE -e 'kprobe:ksys_lseek+1 { @ = count(); }'; $SONDE -e 'kprobe:ksys_lseek+100000 { @ = count(); }'
STATUS 255
ERR    Possible attachment attempt in the middle of an instruction, try a different offset\.$
ERR    Offset outside the function bounds \('ksys_lseek' size is [0-9]+\)$

NAME   a kernel function that is not there
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseak { @ = count(); }
STATUS 1
ERR    No matches for kprobe ksys_lseak\.$
ERR    ^HINT: Did you mean 'kprobe:ksys_lseek'\?$
ERR    WARNING: ksys_lseak is not traceable

NAME   a missing kprobe can be left out
NEEDS  root kprobe
SCRIPT config = { missing_probes = "warn" } kprobe:nosuchfn, kprobe:ksys_lseek { @[probe] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 10'
LINE   @[kprobe:ksys_lseek]: 10
MATCH  WARNING: No matches for kprobe nosuchfn\. Skipping\.$

NAME   --unsafe lets the kernel decide
NEEDS  root kprobe
SCRIPT kprobe:nosuchfn { @ = count(); }
ARGS   --unsafe
STATUS 255
ERR    Unable to attach probe: kprobe:nosuchfn\.

NAME   kprobes by address
NEEDS  root kprobe
RUN    at=$(awk '$3 == "ksys_lseek" { print "0x" $1 }' /proc/kallsyms);
	$SONDE --unsafe -e "kprobe:$at { @[func] = count(); } kretprobe:$at { @r[func] = count(); }" -c '{{PROGS}}/lseeks 1 10'
LINE   @[ksys_lseek]: 10
LINE   @r[ksys_lseek]: 10

NAME   a wildcard of the kernel's functions, with their names
NEEDS  root kprobe
SCRIPT kretprobe:*sys_lseek { @[func] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 10'
LINE   @[__x64_sys_lseek]: 10
LINE   @[ksys_lseek]: 10

NAME   functions and raw tracepoints of a module
NEEDS  root kprobe
SCRIPT kprobe:9p*:* { @functions = count(); } rawtracepoint:9pnet:9p_client_req { @raw[args.type > 0] = count(); } tracepoint:9p:9p_client_req { @perf[args.type > 0] = count(); }
ARGS   -c 'cat /etc/hostname'
MATCH  ^@functions: [0-9]+$
MATCH  ^@raw\[true\]: [0-9]+$
MATCH  ^@perf\[true\]: [0-9]+$

NAME   list: the functions of the kernel are sorted, with types
NEEDS  root kprobe
RUN    $SONDE -l 'kprobe:vmlinux:vfs_*' | LC_ALL=C sort -c && echo sorted; $SONDE -lv 'kprobe:vfs_read,kretprobe:vfs_read'
EXPECT
	sorted
	kprobe:vfs_read
	    struct file * arg0
	    char * arg1
	    size_t arg2
	    loff_t * arg3
	kretprobe:vfs_read
	    ssize_t retval

NAME   list: raw tracepoints with their arguments
NEEDS  root btf
RUN    $SONDE -lv 'rawtracepoint:sys_enter'
EXPECT
	rawtracepoint:vmlinux:sys_enter
	    struct pt_regs * regs
	    long int id

NAME   list: sorted, and nothing for what is not there
NEEDS  root
RUN    $SONDE -l 'tracepoint:*' | LC_ALL=C sort -c && echo sorted; $SONDE -l 'begin:*'; $SONDE -l 'nosuch:*'; $SONDE -l kprobe; $SONDE -l ''
EXPECT sorted

NAME   more probes on a tracepoint than the kernel runs there: it says so
NEEDS  root
RUN    s=$(for i in $(seq 65); do echo "tracepoint:syscalls:sys_enter_vhangup /args.__syscall_nr == $i/ { @n = count(); }"; done)
	$SONDE -q -e "$s"
STATUS 255
ERR    ^ERROR: The kernel runs at most 64 programs at a tracepoint, those of others included\. Write .* as one probe
ERR    ^ERROR: Unable to attach probe: tracepoint:syscalls:sys_enter_vhangup\.
ERR_NOT Argument list

NAME   any number of probes on a tracepoint whose record they do not look at
NEEDS  root
RUN    s=$(for i in $(seq 70); do echo "tracepoint:sched:sched_process_exit /pid == cpid/ { @[$i] = count(); }"; done)
	$SONDE -q -c /bin/true -e "$s end { print(len(@)); clear(@); }"
EXPECT 70
