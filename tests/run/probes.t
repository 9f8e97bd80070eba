# Every kind of probe, with events whose number is known.

NAME   tracepoint: a million calls, counted
NEEDS  root
TIMEOUT 120
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 1000000'
EXPECT @: 1000000

NAME   tracepoint: every aggregation of the arguments of ten thousand calls
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_lseek /args.fd == 4294967295/ { @count = count(); @sum = sum(args.offset); @avg = avg(args.offset);
	@min = min(args.offset); @max = max(args.offset); @stats = stats(args.offset); @lin = lhist(args.offset, 0, 10000, 2500); }
ARGS   -c '{{PROGS}}/lseeks 1 10000'
EXPECT
	@avg: 5000
	@count: 10000
	@lin:
	[0, 2500)           2499 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ |
	[2500, 5000)        2500 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
	[5000, 7500)        2500 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
	[7500, 10000)       2500 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
	[10000, ...)           1 |                                                    |

	@max: 10000
	@min: 1
	@stats: { .count = 10000, .average = 5000, .total = 50005000 }
	@sum: 50005000

NAME   tracepoint: a histogram of a known series
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_lseek { @ = hist(args.offset); }
ARGS   -c '{{PROGS}}/lseeks 1 1000'
LINE   [1]                    1 |                                                    |
LINE   [2, 4)                 2 |                                                    |
LINE   [4, 8)                 4 |                                                    |
LINE   [128, 256)           128 |@@@@@@@@@@@@@                                       |
LINE   [256, 512)           256 |@@@@@@@@@@@@@@@@@@@@@@@@@@@                         |
LINE   [512, 1K)            489 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   tracepoint: results of calls
NEEDS  root
SCRIPT tracepoint:syscalls:sys_exit_read /comm == "reads" && args.ret > 0 && args.ret <= 100/ { @n = count(); @sum = sum(args.ret); @ = lhist(args.ret, 0, 100, 50); }
ARGS   -c '{{PROGS}}/reads 100'
LINE   @n: 100
LINE   @sum: 5050
LINE   [0, 50)               49 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@  |
LINE   [50, 100)             50 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   tracepoint: negative numbers in arguments
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_lseek { @min = min((int64)args.offset); @sum = sum((int64)args.offset); }
ARGS   -c '{{PROGS}}/lseeks -50 -1'
LINE   @min: -50
LINE   @sum: -1275

NAME   tracepoint: names of files that are opened
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_openat { @[str(args.filename)] = count(); }
ARGS   -c '{{PROGS}}/opens 7 /etc/hostname /nonexistent/file'
LINE   @[/etc/hostname]: 7
LINE   @[/nonexistent/file]: 7

NAME   tracepoint: wildcards, and the name of the probe
NEEDS  root
SCRIPT tracepoint:syscalls:sys_*_getppid, tracepoint:syscalls:sys_enter_lseek /comm == "getppids"/ { @[probe] = count(); }
ARGS   -c '{{PROGS}}/getppids 5'
LINE   @[tracepoint:syscalls:sys_enter_getppid]: 5
LINE   @[tracepoint:syscalls:sys_exit_getppid]: 5
ERR    ^Attached 3 probes$

NAME   tracepoint: hundreds of system calls at once
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_* /comm == "getppids"/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 20000'
MATCH  ^@: 200[0-9][0-9]$
ERR    ^Attached [34][0-9][0-9] probes$

NAME   tracepoint: texts in arguments
NEEDS  root
SCRIPT tracepoint:sched:sched_process_exec { @[str(args.filename)] = count(); }
ARGS   -c '{{PROGS}}/getppids 1'
LINE   @[{{PROGS}}/getppids]: 1

NAME   tracepoint: character arrays are texts
NEEDS  root
SCRIPT tracepoint:sched:sched_switch /args.prev_comm == "sleeps"/ { @ = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.01 20'
MATCH  ^@: [1-9][0-9]+$

NAME   tracepoint: the short name, and two probes on one event
NEEDS  root
SCRIPT t:syscalls:sys_enter_getppid /comm == "getppids"/ { @a = count(); } tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @b = count(); }
ARGS   -c '{{PROGS}}/getppids 300'
EXPECT
	@a: 300
	@b: 300

NAME   rawtracepoint: counts
NEEDS  root btf
SCRIPT rawtracepoint:sys_enter /comm == "getppids" && arg1 == 110/ { @ = count(); }
ARGS   -c '{{PROGS}}/getppids 4321'
EXPECT @: 4321

NAME   rawtracepoint: named arguments
NEEDS  root btf
SCRIPT rt:vmlinux:sys_enter /args.id == 110 && comm == "getppids"/ { @[probe] = count(); }
ARGS   -c '{{PROGS}}/getppids 99'
EXPECT @[rawtracepoint:vmlinux:sys_enter]: 99

NAME   raw_syscalls: numbers and arguments
NEEDS  root
SCRIPT tracepoint:raw_syscalls:sys_enter /args.id == 8/ { @ = sum(args.args[1]); }
ARGS   -c '{{PROGS}}/lseeks 1 100'
EXPECT @: 5050

NAME   latency by thread: what is stored at entry is found at return
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_clock_nanosleep { @start[tid] = nsecs; } tracepoint:syscalls:sys_exit_clock_nanosleep /@start[tid]/ {
	$ms = (nsecs - @start[tid]) / 1000000; @n = count(); if ($ms >= 20 && $ms < 5000) { @good = count(); } delete(@start, tid); }
ARGS   --no-warnings -c '{{PROGS}}/sleeps 0.02 10'
LINE   @n: 10
LINE   @good: 10
MATCH_NOT ^@start

NAME   interval: as often as it says
NEEDS  root
SCRIPT interval:ms:100 { @ = count(); } interval:s:1 { exit(); }
MATCH  ^@: (8|9|10|11|12)$

NAME   interval: all units
NEEDS  root
SCRIPT interval:hz:20 { @hz = count(); } interval:us:50000 { @us = count(); } i:50ms { @ns = count(); } i:s:1 { exit(); }
MATCH  ^@hz: [1-9][0-9]$
MATCH  ^@us: [1-9][0-9]$
MATCH  ^@ns: [1-9][0-9]$

NAME   interval: output comes while tracing goes on
NEEDS  root
SCRIPT interval:ms:50 { printf("tick\n"); @++; if (@ == 3) { exit(); } }
EXPECT
	tick
	tick
	tick


	@: 3

NAME   profile: samples of a busy loop
NEEDS  root
SCRIPT profile:hz:99 /comm == "busy"/ { @ = count(); }
ARGS   -c '{{PROGS}}/busy 1'
MATCH  ^@: ([1-9][0-9]|1[01][0-9])$

NAME   profile: the loop is on top of the stack
NEEDS  root
SCRIPT profile:hz:199 /comm == "busy"/ { @[ustack(1)] = count(); }
BEFORE {{PROGS}}/busy 60
ARGS   -p {{BEFORE_PID}}
AFTER  sleep 1.5
MATCH  ^ +busy_loop\+[0-9]+$

NAME   profile: registers tell user from kernel mode
NEEDS  root
SCRIPT profile:hz:99 /comm == "busy"/ { @[usermode] = count(); }
ARGS   -c '{{PROGS}}/busy 1'
MATCH  ^@\[1\]: [0-9]+$

NAME   software: page faults and the clock
NEEDS  root
SCRIPT software:page-faults:1 { @faults = count(); } s:cpu:1000000 { @clock = count(); }
ARGS   -c '{{PROGS}}/busy 0.5'
MATCH  ^@faults: [0-9]+$
MATCH  ^@clock: [0-9]+$

NAME   software: context switches
NEEDS  root
SCRIPT software:cs:1 { @ = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.01 30'
MATCH  ^@: [3-9][0-9]+$

NAME   uprobe: calls of a function, its arguments
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:middle { @n = count(); @a = sum(arg0); @b = max(arg1); }
ARGS   -c '{{PROGS}}/calls 1000'
EXPECT
	@a: 501500
	@b: 2000
	@n: 1000

NAME   uprobe: six arguments, narrow and negative ones
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:inner { printf("%d %d %d %d %d %d\n", arg0, arg1, (int32)arg2, (uint8)arg3, arg4, arg5); }
ARGS   -c '{{PROGS}}/calls 2'
EXPECT
	2 2 -3 4 5 6
	3 4 -3 4 5 6

NAME   uprobe: a text argument
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:outer { @[str(arg1)] = count(); }
ARGS   -c '{{PROGS}}/calls 5'
EXPECT
	@[even]: 2
	@[odd]: 3

NAME   uretprobe: what a function returns
NEEDS  root uprobe
SCRIPT uretprobe:{{PROGS}}/calls:outer { @n = count(); @sum = sum(retval); } uretprobe:{{PROGS}}/calls:spell { @[str(retval)] = count(); }
ARGS   -c '{{PROGS}}/calls 101'
EXPECT
	@[even]: 50
	@[odd]: 51
	@n: 101
	@sum: 16766

NAME   uprobe: the function of the probe, by wildcard
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:*er { @[func] = count(); }
ARGS   -c '{{PROGS}}/calls 12'
LINE   @[outer]: 12
LINE   @[inner]: 12
ERR    ^Attached [2-4] probes$

NAME   uprobe: the probe's name for each match
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:middle, uprobe:{{PROGS}}/calls:inner { @[probe] = count(); }
ARGS   -c '{{PROGS}}/calls 7'
LINE   @[uprobe:{{PROGS}}/calls:inner]: 7
LINE   @[uprobe:{{PROGS}}/calls:middle]: 7

NAME   uprobe: a stripped program, by its dynamic symbols
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls_stripped:outer { @[func, arg0 > 2] = count(); }
ARGS   -c '{{PROGS}}/calls_stripped 5'
LINE   @[outer, true]: 3
LINE   @[outer, false]: 2

NAME   uprobe: at an offset
NEEDS  root uprobe tool:objdump
RUN    at=$(objdump -d --no-show-raw-insn {{PROGS}}/calls | awk '/<outer>:$/ { f = 1; next } f && ++n == 2 { sub(/:/, "", $1); print $1; exit }');
	start=$(objdump -d {{PROGS}}/calls | awk '/<outer>:$/ { print $1 }');
	$SONDE -e "uprobe:{{PROGS}}/calls:outer+$((0x$at - 0x$start)) { @ = count(); }" -c '{{PROGS}}/calls 9'
EXPECT @: 9

NAME   uprobe: one process only
NEEDS  root uprobe
BEFORE {{PROGS}}/calls 5 100
READY  kill -USR1 {{BEFORE_PID}}
SCRIPT uprobe:{{PROGS}}/calls:outer { @[pid] = count(); }
ARGS   -p {{BEFORE_PID}}
EXPECT @[{{BEFORE_PID}}]: 5

NAME   uprobe: a library by its short name
NEEDS  root uprobe
SCRIPT uprobe:libc:nanosleep, uprobe:libc:clock_nanosleep { @[probe] = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.001 40'
MATCH  ^@\[uprobe:/.*/libc\.so\.6:(clock_)?nanosleep\]: 40$

NAME   uprobe: a user stack names the callers
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:inner { @[ustack] = count(); }
BEFORE {{PROGS}}/calls 5 100
READY  kill -USR1 {{BEFORE_PID}}
ARGS   -p {{BEFORE_PID}}
MATCH  ^        inner\+0$
MATCH  ^        outer\+[0-9]+$
MATCH  ^        main\+[0-9]+$
MATCH  ^\]: 5$

NAME   uprobe: a user stack of a program that has ended
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:inner { @[ustack] = count(); }
ARGS   -c '{{PROGS}}/calls 3'
MATCH  ^        inner\+0$
MATCH  ^        outer\+[0-9]+$
MATCH  ^        main\+[0-9]+$

NAME   uprobe: stacks in other modes
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:inner { printf("%s%s%s", ustack(perf, 1), ustack(raw, 1), ustack(build_id, 1)); }
ARGS   -c '{{PROGS}}/calls 1'
MATCH  ^	[0-9a-f]+ inner\+0 \(.*/calls\)$
MATCH  ^[0-9a-f]{12}$
MATCH  ^[0-9a-f]{40} 0x[0-9a-f]+$

NAME   kprobe: a system call without arguments has two names for one function
NEEDS  root kprobe
SCRIPT kprobe:__x64_sys_getppid /comm == "getppids"/ { @x64 = count(); } kprobe:__ia32_sys_getppid /comm == "getppids"/ { @ia32 = count(); }
ARGS   -c '{{PROGS}}/getppids 1000'
EXPECT
	@ia32: 1000
	@x64: 1000

NAME   kprobe: calls of a kernel function by one process
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseek { @ = count(); @sum = sum(arg1); }
ARGS   -c '{{PROGS}}/lseeks 1 1000'
EXPECT
	@: 1000
	@sum: 500500

NAME   kretprobe: what a kernel function returns
NEEDS  root kprobe
SCRIPT kretprobe:ksys_lseek { @n = count(); @[(int32)retval] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 500'
EXPECT
	@[-9]: 500
	@n: 500

NAME   kprobe: entry and return together
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseek { @in[tid] = arg1; } kretprobe:ksys_lseek /@in[tid]/ { @sum = sum(@in[tid]); delete(@in, tid); }
ARGS   --no-warnings -c '{{PROGS}}/lseeks 1 100'
EXPECT @sum: 5050

NAME   kprobe: with the module, at an offset, by a wildcard
NEEDS  root kprobe
SCRIPT kprobe:vmlinux:ksys_lseek { @module = count(); } kprobe:ksys_lseek+0 { @offset = count(); } kprobe:ksys_lsee* { @wild[func] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 10'
EXPECT
	@module: 10
	@offset: 10
	@wild[ksys_lseek]: 10

NAME   kprobe: names
NEEDS  root kprobe
SCRIPT k:ksys_lseek { @f[func] = count(); @p[probe] = count(); } kr:ksys_lseek { @r[probe] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 10'
EXPECT
	@f[ksys_lseek]: 10
	@p[kprobe:ksys_lseek]: 10
	@r[kretprobe:ksys_lseek]: 10

NAME   kprobe: a wildcard over many functions
NEEDS  root kprobe
TIMEOUT 180
SCRIPT kprobe:vfs_r* { @[func] = count(); }
ARGS   -c '{{PROGS}}/reads 100'
MATCH  ^@\[vfs_read\]: 1[0-9][0-9]$

NAME   kprobe: a kernel stack
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseek { @[kstack(3)] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 10'
MATCH  ^ +ksys_lseek\+[0-9]+$
MATCH  ^\]: 10$

NAME   kprobe: registers
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseek { @ = sum(reg("si")); }
ARGS   -c '{{PROGS}}/lseeks 1 100'
EXPECT @: 5050

NAME   kprobe: a function in a module
NEEDS  root kprobe
SCRIPT kprobe:nosuchmodule:f { @ = count(); }
STATUS 1
ERR    specified module nosuchmodule in probe kprobe:nosuchmodule:f is not loaded\.

NAME   several processors count into one map
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "threads"/ { @ = count(); @sum = sum(1); @k["x"] = count(); }
ARGS   -c '{{PROGS}}/threads 4 50000'
EXPECT
	@: 200000
	@k[x]: 200000
	@sum: 200000

NAME   builtins of the process
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { printf("%s %d %d %s %d %d %d\n", comm, pid == tid, uid, username, gid, cpu < ncpus, ncpus > 0); }
ARGS   -c '{{PROGS}}/getppids 1'
EXPECT getppids 1 0 root 0 1 1

NAME   time goes on
NEEDS  root
SCRIPT begin { @t = nsecs; @m = nsecs(monotonic); } interval:ms:100 { print(nsecs > @t && nsecs(boot) > @t && nsecs(monotonic) > @m && elapsed >= 50000000 && elapsed < 60000000000); exit(); }
LINE   true

NAME   symbols of the kernel
NEEDS  root
RUN    a=$(awk '$3 == "vfs_read" { print "0x" $1 }' /proc/kallsyms);
	$SONDE -q -e "begin { print(ksym($a)); print(ksym($a + 2)); print(kaddr(\"vfs_read\") == $a); print(ksym(0)); print(ksym(5)); }"
EXPECT
	vfs_read
	vfs_read
	true
	0
	0x5

NAME   symbols of a program
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:outer { @[usym(reg("ip"))] = count(); printf("%s\n", usym(reg("ip"))); }
BEFORE {{PROGS}}/calls 2 100
READY  kill -USR1 {{BEFORE_PID}}
ARGS   -p {{BEFORE_PID}}
LINE   outer

NAME   self: signals sent one by one, counted
NEEDS  root
RUN    coproc $SONDE -q -e 'self:signal:SIGUSR1 { @n = count(); printf("got %d\n", (uint64)@n); } self:signal:SIGUSR1 /@n == 7/ { exit(3); }
	begin { printf("ready\n"); } interval:ms:1 { printf("tick\n"); }' 2>&1; pid=$COPROC_PID; exec 5<&"${COPROC[0]}";
	while read -r line <&5; do case $line in tick) [ "$sent" ] || { sent=1; kill -USR1 $pid; } ;; got*) echo "$line"; kill -USR1 $pid ;; @*) echo "$line" ;; esac; done;
	wait $pid; echo "status $?"
EXPECT
	got 1
	got 2
	got 3
	got 4
	got 5
	got 6
	got 7
	@n: 7
	status 3

NAME   self: what its probes know, and what -l says of them
NEEDS  root
RUN    printf '#!/bin/sh\nkill -USR1 $PPID\nsleep 0.2\n' >child; chmod +x child;
	$SONDE -e 'self:signal:SIGUSR1, self:signal:SIGUSR1 { printf("%s %s %d\n", probe, probetype, usermode); @ = count(); @own = pid; }
	end { printf("%d %d\n", (uint64)@, @own == pid); clear(@); clear(@own); }' -c ./child 2>&1 | grep .;
	$SONDE -l 'self:*'; $SONDE -l 'self:signal:SIGUSR1'; $SONDE -l '*:SIGUSR1'; $SONDE -l -e 'self:signal:SIGUSR1 { } interval:s:1 { }'
EXPECT
	Attached 3 probes
	self:signal:SIGUSR1 special 1
	self:signal:SIGUSR1 special 1
	2 1
	self:signal:SIGUSR1
	self:signal:SIGUSR1
	interval:s:

NAME   one program for many system calls knows which one it was
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_* /pid == cpid && (probe == "tracepoint:syscalls:sys_enter_getppid" || probe == "tracepoint:syscalls:sys_enter_lseek")/ { @[probe] = count(); }
ARGS   -q -c '{{PROGS}}/getppids 700'
LINE   @[tracepoint:syscalls:sys_enter_getppid]: 700
MATCH_NOT lseek

NAME   the same where a call returns
NEEDS  root
SCRIPT tracepoint:syscalls:sys_exit_* /pid == cpid/ { if (probe == "tracepoint:syscalls:sys_exit_getppid") { @[probe]++; } }
ARGS   -q -c '{{PROGS}}/getppids 300'
LINE   @[tracepoint:syscalls:sys_exit_getppid]: 300

NAME   enter and exit in one body: a program for each
NEEDS  root
SCRIPT tracepoint:syscalls:sys_*_getp* /pid == cpid/ { @[probe] = count(); }
ARGS   -q -c '{{PROGS}}/getppids 30'
LINE   @[tracepoint:syscalls:sys_enter_getppid]: 30
LINE   @[tracepoint:syscalls:sys_exit_getppid]: 30
