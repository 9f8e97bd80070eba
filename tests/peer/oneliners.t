# One-liners of the tutorial's kind: the answer must be the one that bpftrace gives on the same work.

NAME   system calls by process
NEEDS  root peer
SCRIPT tracepoint:raw_syscalls:sys_enter /comm == "getppids"/ { @[comm] = count(); }
ARGS   -c '{{PROGS}}/getppids 5000'
MATCH  ^@\[getppids\]: 50[0-9][0-9]$
PEER

NAME   system calls by number
NEEDS  root peer
SCRIPT tracepoint:raw_syscalls:sys_enter /comm == "reads"/ { @[args.id] = count(); }
ARGS   -c '{{PROGS}}/reads 100'
MATCH  ^@\[0\]: 10[0-9]$
PEER   tracepoint:raw_syscalls:sys_enter /comm == "reads"/ { @[args->id] = count(); }

NAME   system calls by name of the probe
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_enter_get* /comm == "getppids"/ { @[probe] = count(); }
ARGS   -c '{{PROGS}}/getppids 70'
LINE   @[tracepoint:syscalls:sys_enter_getppid]: 70
PEER

NAME   sizes of reads as a histogram
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_exit_read /comm == "reads" && args.ret > 0/ { @bytes = hist(args.ret); }
ARGS   -c '{{PROGS}}/reads 3000'
MATCH  ^\[1K, 2K\) +10[0-9][0-9] \|@+\|$
PEER   tracepoint:syscalls:sys_exit_read /comm == "reads" && args->ret > 0/ { @bytes = hist(args->ret); }

NAME   sizes of reads as a linear histogram
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_exit_read /comm == "reads"/ { @bytes = lhist(args.ret, 0, 2000, 200); }
ARGS   -c '{{PROGS}}/reads 3000'
MATCH  ^\[2000, \.\.\.\) +10[0-9][0-9] \|@+\|$
PEER   tracepoint:syscalls:sys_exit_read /comm == "reads"/ { @bytes = lhist(args->ret, 0, 2000, 200); }

NAME   sum, average, smallest and largest
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_enter_lseek /comm == "lseeks"/ { @s = sum(args.offset); @a = avg(args.offset); @i = min(args.offset); @x = max(args.offset); @n = count(); }
ARGS   -c '{{PROGS}}/lseeks 7 9000 13'
LINE   @i: 7
PEER   tracepoint:syscalls:sys_enter_lseek /comm == "lseeks"/ { @s = sum(args->offset); @a = avg(args->offset); @i = min(args->offset); @x = max(args->offset); @n = count(); }

NAME   files that are opened, with names
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_enter_openat /comm == "opens"/ { printf("%s %s\n", comm, str(args.filename)); }
ARGS   -c '{{PROGS}}/opens 3 /etc/hostname /nonexistent'
LINE   opens /etc/hostname
LINE   opens /nonexistent
PEER   tracepoint:syscalls:sys_enter_openat /comm == "opens"/ { printf("%s %s\n", comm, str(args->filename)); }

NAME   programs that are started
NEEDS  root peer
SCRIPT tracepoint:sched:sched_process_exec /comm == "getppids"/ { printf("%-10s %d\n", comm, args.pid == args.old_pid); }
ARGS   -c '{{PROGS}}/getppids 1'
LINE   getppids   1
PEER   tracepoint:sched:sched_process_exec /comm == "getppids"/ { printf("%-10s %d\n", comm, args->pid == args->old_pid); }

NAME   kernel stacks of switches
NEEDS  root peer
SCRIPT tracepoint:sched:sched_switch /comm == "sleeps" && args.prev_state == 1/ { @[kstack(4)] = count(); }
ARGS   -c '{{PROGS}}/sleeps 0.01 20'
MATCH  ^        do_nanosleep\+[0-9]+$
MATCH  ^\]: 20$
PEER   tracepoint:sched:sched_switch /comm == "sleeps" && args->prev_state == 1/ { @[kstack(4)] = count(); }

NAME   latency by thread
NEEDS  root peer
ARGS   -c '{{PROGS}}/sleeps 0.02 15'
SCRIPT tracepoint:syscalls:sys_enter_clock_nanosleep /comm == "sleeps"/ { @start[tid] = nsecs; } tracepoint:syscalls:sys_exit_clock_nanosleep /@start[tid]/ {
	if (nsecs - @start[tid] > 10000000) { @over_10ms[comm] = count(); } delete(@start, tid); }
LINE   @over_10ms[sleeps]: 15
PEER   tracepoint:syscalls:sys_enter_clock_nanosleep /comm == "sleeps"/ { @start[tid] = nsecs; } tracepoint:syscalls:sys_exit_clock_nanosleep /@start[tid]/ {
	if (nsecs - @start[tid] > 10000000) { @over_10ms[comm] = count(); } delete(@start[tid]); }
ONLY   15$
