# Builtins against what is known about a test program.

NAME   pid, tid, uid, gid and comm of a program
NEEDS  root
RUN    printf '#!/bin/sh\necho $$ >pid\nexec %s/getppids 1\n' "$PROGS" >child; chmod +x child;
	$SONDE -q -e 'tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { printf("%d %d %d %d %s\n", pid, tid, uid, gid, comm); }' -c ./child >printed;
	echo "$(cat pid) $(cat pid) $(id -u) $(id -g) getppids" | diff - <(grep . printed) && echo same
EXPECT same

NAME   another user and group
NEEDS  root tool:setpriv
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @[uid, gid, uid()] = count(); }
AFTER  setpriv --reuid 4321 --regid 1234 --clear-groups $PROGS/getppids 3
EXPECT @[4321, 1234, 4321]: 3

NAME   threads have one pid and many tids
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "threads"/ { @pids[pid] = count(); @tids[tid] = 1;
	if (pid == tid) { @main = 1; } }
	end { printf("%d %d %d\n", len(@pids), len(@tids), @main); clear(@pids); clear(@tids); clear(@main); }
AFTER  $PROGS/threads 5 10
EXPECT 1 5 0

NAME   pid in a PID namespace of its own
NEEDS  root tool:unshare
RUN    unshare --pid --fork --mount-proc $SONDE -q -e 'begin { printf("%d %d %d\n", pid < 100, pid == pid(curr_ns), pid == pid(init)); printf("%d %d\n", tid == tid(curr_ns), tid(init) == pid(init)); }'
EXPECT
	1 1 0
	1 1

NAME   pid(init) outside of namespaces
NEEDS  root
SCRIPT begin { print((pid == pid(init), tid == tid(init), pid == tid)); }
EXPECT (true, true, true)

NAME   comm is cut at 15 characters
NEEDS  root
RUN    cp $PROGS/getppids ./a_very_long_program_name;
	$SONDE -q -e 'tracepoint:syscalls:sys_enter_getppid { @[comm] = count(); }' -c './a_very_long_program_name 2'
LINE   @[a_very_long_pro]: 2

NAME   nothing of what was there before stays behind comm
NEEDS  root
SCRIPT begin { @a[1, "aaaaaaaaaaaaaaa"] = 1; @c[1, comm] = count(); @a[1, "bbbbbbbbbbbbbbb"] = 1; @c[1, comm] = count(); clear(@a); }
EXPECT @c[1, sonde]: 2

NAME   comm as a value: in variables, tuples, comparisons
NEEDS  root
SCRIPT begin { $c = comm; $t = (1, comm); printf("%s %s %d %d\n", $c, $t.1, comm == "sonde", comm == "sondex"); }
EXPECT sonde sonde 1 0

NAME   cpu, ncpus, numaid
NEEDS  root tool:taskset
RUN    taskset -c 0 $SONDE -q -e 'begin { printf("%d %d\n", cpu, numaid); printf("%d\n", ncpus); }';
	cut -d- -f2 /sys/devices/system/cpu/possible | awk '{ print $1 + 1 }'
MATCH  ^0 [0-9]+$
MATCH_NOT ^(-|0$)

NAME   ncpus is the number of possible CPUs
NEEDS  root
RUN    want=$(awk -F- '{ print $NF + 1 }' /sys/devices/system/cpu/possible);
	[ "$($SONDE -q -e 'begin { print(ncpus); }' | grep .)" = "$want" ] && echo same
EXPECT same

NAME   rand has 32 bits
NEEDS  root
SCRIPT begin { for $i : 0..1000 { $r = rand; @big = max($r); @small = min($r); @over = sum((int64)($r >> 32)); } }
	end { printf("%d %d %d\n", @big > 4000000000, @small < 300000000, @over == 0); clear(@big); clear(@small);
	clear(@over); }
EXPECT 1 1 1

NAME   cgroup is the inode of the cgroup directory
NEEDS  root
RUN    d=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup); [ -d "$d" ] && [ -e "$d/cgroup.procs" ] || d=;
	got=$($SONDE -q -e 'begin { print(cgroup); }' | grep .);
	if [ -n "$d" ]; then [ "$got" = "$(stat -c %i "$d")" ] && echo same; else [ "$got" -gt 0 ] && echo same; fi
EXPECT same

NAME   curtask is an address of the kernel
NEEDS  root
SCRIPT begin { printf("%d\n", (uint64)curtask > 0xff00000000000000); }
EXPECT 1

NAME   clocks go on
NEEDS  root
SCRIPT begin { $a = nsecs; $m = nsecs(monotonic); $b = nsecs(boot); $w = nsecs(sw_tai); $e = elapsed;
	printf("%d %d %d %d\n", $a <= $b, $m <= $b, $w > 1600000000000000000, $e < 1000000000); }
EXPECT 1 1 1 1

NAME   nsecs is the time since boot
NEEDS  root
RUN    a=$(cut -d. -f1 /proc/uptime); n=$($SONDE -q -e 'begin { printf("%llu", nsecs / 1000000000); }' | grep .);
	b=$(cut -d. -f1 /proc/uptime); [ $((n - a)) -ge 0 ] && [ $((n - b)) -le 1 ] && echo between
EXPECT between

NAME   the clock of atomic time
NEEDS  root kernel>=6.1
SCRIPT begin { $d = (int64)nsecs(tai) - (int64)nsecs(sw_tai); printf("%d\n", $d < 1000000000 && $d > -1000000000); }
EXPECT 1

NAME   elapsed counts from the start
NEEDS  root real
SCRIPT interval:ms:200 { printf("%d\n", elapsed / 100000000); exit(); }
ARGS   -q
MATCH  ^[23]$

NAME   time with the default and another format
NEEDS  root
RUN    TZ=UTC $SONDE -q -e 'begin { time(); time("%Y|%%\n"); }'
MATCH  ^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$
MATCH  ^20[2-9][0-9]\|%$

NAME   time knows the time zone
NEEDS  root
RUN    TZ=XYZ-5 $SONDE -q -e 'begin { time("%Z %z\n"); }'
EXPECT XYZ +0500

NAME   a time that comes out empty or too long
NEEDS  root
SCRIPT begin { time(""); time("%A%A%A%A%A%A%A%A%A%A%A%A%A"); printf("on\n"); }
EXPECT on
ERR    ^ERROR: strftime returned zero

NAME   texts at addresses
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_openat /comm == "opens" && str(args.filename) == "/a/file"/ { $n = (uint64)4;
	printf("[%s][%s][%s][%s]\n", str(args.filename), str(args.filename, 5), str(args.filename, 1), str(args.filename, $n)); }
ARGS   -q -c "$PROGS/opens 1 /a/file /a/files"
EXPECT [/a/file][/a/f][][/a/]

NAME   texts that cannot be read are empty
NEEDS  root
SCRIPT begin { printf("[%s][%s]\n", str((uint64)0), str((uint64)16)); }
ARGS   -q
EXPECT [][]

NAME   texts longer than max_strlen are marked
NEEDS  root
RUN    $SONDE -q -e 'config = { max_strlen = 5 } tracepoint:syscalls:sys_enter_openat /args.flags == 0/ { printf("%s %s %s %s\n", str(args.filename), str(args.filename, 3), str(args.filename, 5), str(args.filename, 20)); }' -c "$PROGS/opens 1 /hel /helloworld"
LINE   /hel /h /hel /hel
LINE   /hell.. /h /hel /hell..

NAME   a text of a text
NEEDS  root
SCRIPT begin { printf("%s|%s|%s\n", str(comm, 3), str(comm), str(comm, 100)); }
EXPECT so|sonde|sonde

NAME   literals are cut by characters
NEEDS  root
SCRIPT begin { printf("%s %s %s %s\n", str("abc", 2), str("abc", 1), str(5), str(-5)); }
EXPECT ab a 5 -5

NAME   bytes of texts and of memory
NEEDS  root
RUN    $SONDE -q -e 'tracepoint:syscalls:sys_enter_openat /comm == "opens" && args.flags == 0/ { $n = (uint64)4; printf("%r %rh %r|%r\n", buf(args.filename, 5), buf(args.filename, 2), buf(args.filename, $n), buf(args.filename, (uint64)0)); @[buf(args.filename, $n)] = count(); }' -c "$PROGS/opens 2 /hello"
LINE   /hell 2f 68 /hel|
LINE   @[/hel]: 2

NAME   bytes of comm and of literals
NEEDS  root
SCRIPT begin { printf("%r|%r|%rx\n", buf(comm, 5), buf(comm, 100), buf("ab", 2)); }
EXPECT sonde|sonde\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00|\x61\x62

NAME   strncmp
NEEDS  root
SCRIPT begin { $c = comm; $d = str(comm, 3);
	printf("%d%d%d%d%d ", strncmp(comm, "sonde", 5), strncmp(comm, "sonde", 6), strncmp(comm, "sondy", 4), strncmp(comm, "sondy", 5), strncmp("sondeX", comm, 6));
	printf("%d%d%d%d ", strncmp($c, $d, 2), strncmp($c, $d, 3), strncmp($d, $c, 0), strncmp($c, comm, 100));
	printf("%d%d ", strncmp(comm, "sonde and a text that is long", 100), strncmp(comm, "sonde and a text that is long", 5));
	printf("%d%d\n", strncmp("ab", "ac", 1), strncmp("ab", "ac", 2)); }
EXPECT 00011 0100 10 01

NAME   join
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_execve /str(args.filename) == "{{TMP}}/joined"/ { join(args.argv); join(args.argv, "--"); }
AFTER  cp /bin/true joined; bash -c 'exec -a one ./joined two "" four'
EXPECT
	one two
	one--two

NAME   join of more than 16 texts
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_execve /str(args.filename) == "./joined"/ { join(args.argv, ","); }
AFTER  cp /bin/true joined; ./joined 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18
EXPECT ./joined,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15

NAME   exit codes
NEEDS  root
RUN    for c in '' 0 7 255 256 -1; do $SONDE -q -e "begin { exit($c); }" >/dev/null; echo "$c:$?"; done
EXPECT
	:0
	0:0
	7:7
	255:255
	256:0
	-1:255

NAME   the last exit wins, and nothing runs behind it
NEEDS  root
SCRIPT begin { printf("a\n"); if (pid > 0) { exit(3); } printf("b\n"); } end { printf("end\n"); if (pid > 0) { exit(4); } printf("c\n"); }
ARGS   -q
STATUS 4
EXPECT
	a
	end

NAME   exit with a value of a map
NEEDS  root
SCRIPT begin { @x = 5; @c = count(); @c = count(); if (@x == 5) { exit(@x + 1); } } end { clear(@x); clear(@c); }
STATUS 6
MATCH_NOT @

NAME   exit inside a loop
NEEDS  root
SCRIPT begin { for $i : 0..10 { printf("%d\n", $i); if ($i == 2) { exit(); } } printf("not here\n"); }
EXPECT
	0
	1
	2

NAME   len, has_key and delete with several forms of key
NEEDS  root
SCRIPT begin { @a["x", 1] = 1; @a["y", 2] = 2; @s = 5; @c[1] = count(); @c[2] = count(); @c[1] = count();
	printf("%d %d %d %d\n", len(@a), has_key(@a, ("x", 1)), has_key(@a, ("x", 2)), len(@c));
	printf("%d %d %d\n", delete(@a, ("x", 1)), delete(@a["x", 1]), len(@a));
	printf("%d %d\n", delete(@c, 1), len(@c)); delete(@s); delete(@a, ("y", 2)); delete(@c, 2); }
EXPECT
	2 1 0 2
	1 0 1
	1 1

NAME   print in all its forms
NEEDS  root
SCRIPT begin { @m["a"] = 5; @m["b"] = 30; @m["c"] = 17; print(@m, 2); print(@m, 2, 5); print(@m["b"]); print(@m["none"]);
	print((1, "x", true)); print("text"); print(-3); @c = count(); print(@c); clear(@m); clear(@c); }
EXPECT
	@m[c]: 17
	@m[b]: 30
	@m[c]: 3
	@m[b]: 6
	30
	0
	(1, x, true)
	text
	-3
	@c: 1

NAME   print in a loop warns
NEEDS  root
SCRIPT begin { @x = 1; for $i : 0..1 { print(@x); } clear(@x); }
MATCH  WARNING: Due to it's asynchronous nature using 'print\(\)' in a loop

NAME   clear and zero
NEEDS  root
SCRIPT begin { @a[1] = 5; @b[1] = 5; @c[1] = count(); @s = 7; @h = hist(5); zero(@a); clear(@b); zero(@c); zero(@s); clear(@h); }
EXPECT
	@a[1]: 0
	@c[1]: 0
	@s: 0

NAME   probe and probetype
NEEDS  root
SCRIPT begin { print(probe); print(probetype); } interval:ms:10 { print(probe); print(probetype); exit(); }
ARGS   -q
EXPECT
	begin
	special
	interval:ms:10
	interval

NAME   probe of wildcards
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getpp* /comm == "getppids"/ { @[probe] = count(); }
AFTER  $PROGS/getppids 4
LINE   @[tracepoint:syscalls:sys_enter_getppid]: 4

NAME   arguments, registers, function and result of a uprobe
NEEDS  root uprobe
RUN    $SONDE -q -e "uprobe:$PROGS/calls:inner /arg0 == 3/ { printf(\"%d %d %d %d %d %d %d %s\n\", arg0, arg1, arg2, (uint8)arg3, arg4, arg5, reg(\"di\") == arg0, func); }
	uprobe:$PROGS/calls:outer /arg0 == 2/ { printf(\"%s\n\", str(arg1)); } uretprobe:$PROGS/calls:inner { @[retval] = count(); }" -c "$PROGS/calls 2"
LINE   even
LINE   3 4 -3 4 5 6 1 inner
LINE   @[16]: 1
LINE   @[19]: 1

NAME   the function that a uretprobe returned from
NEEDS  root uprobe kernel>=6.7
RUN    $SONDE -q -e "uretprobe:$PROGS/calls:inner { @[retval, func] = count(); }" -c "$PROGS/calls 2"
LINE   @[16, inner]: 1
LINE   @[19, inner]: 1

NAME   a kernel that does not know it says so
NEEDS  root uprobe kernel<6.7
RUN    $SONDE -q -e "uretprobe:$PROGS/calls:inner { print(func); }" -c "$PROGS/calls 2" 2>&1
MATCH  BPF_FUNC_get_func_ip not available for your kernel version
STATUS 1

NAME   arguments, registers, function and result of a kprobe
NEEDS  root kprobe
RUN    $SONDE -q -e 'kprobe:vfs_read /comm == "reads" && arg2 > 0 && arg2 < 4/ { printf("%d %d %s %s\n", arg2, reg("dx") == arg2, func, probe); }
	kretprobe:vfs_read /comm == "reads" && retval < 4/ { @[(int64)retval, func] = count(); }' -c "$PROGS/reads 3"
LINE   1 1 vfs_read kprobe:vfs_read
LINE   3 1 vfs_read kprobe:vfs_read
LINE   @[3, vfs_read]: 1
LINE   @[1, vfs_read]: 1

NAME   kaddr is the address in kallsyms
NEEDS  root
RUN    want=$(awk '$3 == "jiffies_to_msecs" { print "0x" $1; exit }' /proc/kallsyms | sed 's/0x0*/0x/');
	[ -n "$want" ] && [ "$($SONDE -q -e 'begin { printf("%p", kaddr("jiffies_to_msecs")); }' | grep .)" = "$want" ] && echo same
EXPECT same

NAME   jiffies go on
NEEDS  root
SCRIPT begin { printf("%d\n", jiffies > 0); }
EXPECT 1

NAME   usermode of a busy loop
NEEDS  root
SCRIPT profile:hz:99 /comm == "busy"/ { @[usermode] = count(); } begin { print(usermode); }
AFTER  timeout 1 $PROGS/busy 2
MATCH  ^@\[1\]: [0-9]+$
LINE   1

NAME   usermode in the body of a for, also of loops in loops [checks 4]
NEEDS  root
ARGS   --no-warnings
SCRIPT config = { unstable_typeinfo = enable }
	uprobe:{{PROGS}}/calls:outer { @m["a"] = 1; for ($i : 0..2) { @[usermode + 10, $i] = count();
		for ($k : @m) { @in[usermode() ? $k.0 : "kernel"] = count(); } }
		for ($i : 0..1) { if comptime (typeinfo($i).base_type == "int") { @late = usermode; } } }
	uprobe:{{PROGS}}/calls:outer /usermode/ { unroll (2) { for ($i : 1..4) { @sum += usermode * $i; } } }
AFTER  $PROGS/calls 1
EXPECT
	@[11, 0]: 1
	@[11, 1]: 1
	@in[a]: 2
	@late: 1
	@m[a]: 1
	@sum: 12

NAME   usermode in the body of a for, in the kernel [checks 4]
NEEDS  root kprobe
SCRIPT kprobe:vfs_read /comm == "reads" && arg2 == 1/ { for ($i : 0..2) { @[usermode + 10, $i] = count(); } }
AFTER  $PROGS/reads 3
EXPECT
	@[10, 0]: 1
	@[10, 1]: 1

NAME   bswap: widths, signs and back again
NEEDS  root
SCRIPT begin { printf("%x %x %x %llx\n", bswap((uint8)0x12), bswap((uint16)0x1234), bswap((uint32)0x12345678),
	bswap((uint64)0x0102030405060708)); printf("%d %u %llu\n", bswap((int16)-2), bswap((int32)-2), bswap((int64)-2));
	print(bswap(1)); print(bswap(256)); $n = nsecs; print(bswap(bswap($n)) == $n); }
EXPECT
	12 3412 78563412 807060504030201
	65279 4278190079 18374686479671623679
	1
	1
	true

NAME   bswap of what a program passes and of a counter
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_lseek /args.fd == 4294967295/ { @n = count(); @sum = sum(bswap((uint16)args.offset)); }
	end { printf("%llx\n", bswap(@n)); clear(@n); }
ARGS   -q -c '{{PROGS}}/lseeks 1 300'
# 1 to 255 become 256 times themselves; 256 to 300 become 1 + 256 times 0 to 44
EXPECT
	2c01000000000000


	@sum: 8609325

NAME   cpid is the process of -c
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /pid == cpid/ { @ = count(); } end { print(has_cpid); }
ARGS   -q -c '{{PROGS}}/getppids 500'
EXPECT
	true


	@: 500

NAME   without -c there is no cpid
NEEDS  root
SCRIPT begin { print(has_cpid); print(cpid); }
ARGS   -q
MATCH  WARNING: No child command \(`-c`\); cpid is zero
LINE   false
LINE   0
