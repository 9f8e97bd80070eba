# Spellings of older scripts: they keep working.

NAME   old: BEGIN and END, kinds of probes in any case, short names
NEEDS  root
SCRIPT BEGIN { printf("a\n"); } Interval:ms:1 { exit(); } t:sched:sched_switch { } i:s:100 { } p:hz:1 { } rt:sched_switch { } s:cpu:1000000 { } TRACEPOINT:sched:sched_wakeup { } END { printf("z\n"); }
ARGS   -q
EXPECT
	a
	z

NAME   old: args->x, and struct pointers with and without "struct"
NEEDS  root btf
SCRIPT tracepoint:syscalls:sys_enter_openat /pid == cpid/ { @a = args->dfd == args.dfd; @n = strncmp(str(args->filename), "/etc", 4);
	$t = (struct task_struct *)curtask; $u = (task_struct *)curtask; @b = $t->pid == $u->pid; @c = ((struct task_struct *)curtask)->tgid == pid; @d = (*$t).tgid == $t.tgid; }
ARGS   -q -c '/bin/cat /etc/hostname'
MATCH  ^@a: true$
MATCH  ^@b: true$
MATCH  ^@c: true$
MATCH  ^@d: true$
MATCH  ^@n: [01]$

NAME   old: builtin values called like functions
NEEDS  root
SCRIPT BEGIN { print((nsecs() > 0, pid() == pid, tid() == tid, comm() == comm, cpu() >= 0, uid() == uid, elapsed() >= 0, rand() >= 0)); }
ARGS   -q
EXPECT (true, true, true, true, true, true, true, true)

NAME   old: predicates, timestamps by thread, delete with the element
NEEDS  root
SCRIPT t:syscalls:sys_enter_getppid /comm == "getppids"/ { @start[tid] = nsecs; } t:syscalls:sys_exit_getppid /@start[tid]/ { @ns = hist(nsecs - @start[tid]); @n = count(); delete(@start[tid]); } END { clear(@start); clear(@ns); }
ARGS   -q -c '{{PROGS}}/getppids 25'
EXPECT @n: 25

NAME   old: one element of a map, printed
NEEDS  root
SCRIPT BEGIN { @x["k"] = 5; @c["k"] = count(); @s = stats(4); @s = stats(6); print(@x["k"]); print(@c["k"]); print(@s); print(@x, 5, 2); clear(@x); clear(@c); zero(@s); clear(@s); }
ARGS   -q
EXPECT
	5
	1
	@s: { .count = 2, .average = 5, .total = 10 }
	@x[k]: 2

NAME   old: statistics and histograms by key
NEEDS  root
SCRIPT BEGIN { @a[comm] = avg(3); @m[comm] = max(7); @l[comm] = lhist(3, 0, 10, 5); @h[1, 2] = hist(3); @s[1] = stats(3); }
ARGS   -q
MATCH  ^@a\[sonde\]: 3$
MATCH  ^@m\[sonde\]: 7$
MATCH  ^@l\[sonde\]:$
MATCH  ^@h\[1, 2\]:$
MATCH  ^\[0, 5\) +1 \|@+\|$
MATCH  ^\[2, 4\) +1 \|@+\|$

NAME   old: printf of any type with %s, %d of pointers, positional parameters
NEEDS  root
SCRIPT BEGIN { $p = (uint8 *)16; printf("%s %s %s %d %x %s\n", 5, true, (1, "a"), $p, $p, str($1)); if ($# == 1) { printf("%d\n", $2); } }
ARGS   -q --no-warnings
PARAMS word
EXPECT
	5 true (1, a) 16 10 word
	0

NAME   old: loops of old scripts
NEEDS  root
SCRIPT BEGIN { $i = 0; while ($i < 3) { $i++; } unroll(3) { $i += 1; } @m[1] = 2; @m[3] = 4; for ($kv : @m) { $i += $kv.0 + $kv.1; } printf("%d\n", $i); clear(@m); }
ARGS   -q --no-warnings
EXPECT 16

NAME   old: structs without a semicolon behind them, sizeof, casts of numbers to them
NEEDS  root
SCRIPT struct pair { int a; int b; }
	BEGIN { $p = (struct pair *)0; printf("%d %d %d\n", sizeof(struct pair), sizeof(*$p), $p->b); }
ARGS   -q
EXPECT 8 8 0

NAME   old: headers of the kernel, whether they are there or not
NEEDS  root btf
SCRIPT #include <linux/sched.h>
	#include <linux/fs.h>
	#ifndef BPFTRACE_HAVE_BTF
	#error "no BTF"
	#endif
	BEGIN { printf("%d\n", ((struct task_struct *)curtask)->pid == tid); }
ARGS   -q --no-warnings
EXPECT 1

NAME   old: names of settings, with a warning
NEEDS  root
SCRIPT config = { strlen = 10; BPFTRACE_MAP_KEYS_MAX = 5 } BEGIN { print(sizeof(str(pid))); }
ARGS   -q
MATCH  WARNING: strlen has been renamed, please use max_strlen$
MATCH  WARNING: .*(map_keys_max|MAP_KEYS_MAX) has been renamed, please use max_map_keys$
LINE   10

NAME   [checks 2.4] old: what was removed is refused, with what to do
NEEDS  root once
RUN    $SONDE -e 'uprobe:{{PROGS}}/calls:outer { print(sarg0); }' 2>&1 | grep -E 'ERROR|HINT' | cut -d' ' -f2-
	$SONDE -e 'BEGIN { @a[1] = 1; @b[1] = 1; delete(@a[1], @b[1]); }' 2>&1 | grep -c ERROR
EXPECT
	ERROR: sarg* is deleted. This was deprecated in v0.21 and was last available in v0.24.
	Use *(reg("sp") + <stack_offset>) instead.
	1
