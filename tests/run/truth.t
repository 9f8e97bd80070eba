# What is lost is counted and reported; what is not lost is exact.

NAME   a million events, printed one by one: printed and lost make a million
NEEDS  root real plain
TIMEOUT 120
RUN    $SONDE -e 'tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { printf("%d\n", pid); }' -c '{{PROGS}}/getppids 1000000' 2>{{TMP}}/said | grep -c . >{{TMP}}/n;
	lost=$(awk '/Total lost event count:/ { print $NF }' {{TMP}}/said); cat {{TMP}}/said >&2; echo "$(($(cat {{TMP}}/n) + ${lost:-0}))"
EXPECT 1000000

NAME   the same with a ring of one page
NEEDS  root real plain
TIMEOUT 120
RUN    SONDE_PERF_RB_PAGES=1 $SONDE -e 'tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { printf("%d\n", pid); }' -c '{{PROGS}}/getppids 1000000' 2>{{TMP}}/said | grep -c . >{{TMP}}/n;
	lost=$(awk '/Total lost event count:/ { print $NF }' {{TMP}}/said); cat {{TMP}}/said >&2; echo "$(($(cat {{TMP}}/n) + ${lost:-0}))"
EXPECT 1000000
ERR    Total lost event count: [0-9]+

NAME   fifty thousand events with a small ring, on every kernel
NEEDS  root
TIMEOUT 120
RUN    SONDE_PERF_RB_PAGES=1 $SONDE -e 'tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { printf("%d\n", pid); }' -c '{{PROGS}}/getppids 50000' 2>{{TMP}}/said | grep -c . >{{TMP}}/n;
	lost=$(awk '/Total lost event count:/ { print $NF }' {{TMP}}/said); cat {{TMP}}/said >&2; echo "$(($(cat {{TMP}}/n) + ${lost:-0}))"
EXPECT 50000

NAME   what was queued when tracing ends is read to the last event
NEEDS  root
RUN    $SONDE -q -e 'tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @n++; printf("x\n"); if (@n == 2000) { exit(); } }' -c '{{PROGS}}/getppids 2000' | grep -c x
EXPECT 2000

NAME   what is counted while the symbols of a map are looked up for the first time is not cleared away
NEEDS  root real plain
RUN    $SONDE -q -e 'profile:hz:1999 { @[ksym(5)] = count(); @total = count(); } interval:ms:200 { print(@); clear(@); if (++@i == 3) { exit(); } }' |
	awk '/^@\[/ { n += $2 } /^@total/ { t = $2 } END { print (t > 0 && n > t * 0.96) ? "all but a few" : n " of " t }'
EXPECT all but a few

NAME   a map that is full
NEEDS  root
SCRIPT let @x = hash(1); begin { @x[1] = 1; @x[2] = 2; }
LINE   @x[1]: 1
ERR    stdin:1:[0-9-]+: WARNING: Map full; can't update element\. Try increasing max_map_keys config or manually setting the max entries in a map declaration e\.g\. `let @a = hash\(5000\)`
ERR    Additional Info - helper: map_update_elem, retcode: -7

NAME   a map that is full in a traced event, with its name
NEEDS  root
ENV    SONDE_MAX_MAP_KEYS=10
SCRIPT tracepoint:syscalls:sys_enter_lseek { @seen[args.offset] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 1000'
MATCH  ^@seen\[[0-9]+\]: 1$
ERR    Map full
ERR    @seen

NAME   runs that the kernel skipped are counted
NEEDS  root kprobe
SCRIPT kprobe:ksys_lseek { @ = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 5000'
EXPECT @: 5000
ERR_NOT missed|skipped|lost

NAME   nothing lost, nothing said
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @ = count(); printf("x"); }
ARGS   -q -c '{{PROGS}}/getppids 100'
MATCH  ^x{100}$
ERR_NOT .

NAME   no warnings when they are not wanted
NEEDS  root
ARGS   --no-warnings
SCRIPT let @x = hash(1); begin { @x[1] = 1; @x[2] = 2; $z = (uint64)$1; @y = 5 / $z; }
PARAMS 0
LINE   @x[1]: 1
ERR_NOT WARNING

NAME   failing reads are said with -k
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:outer { @ = str(arg0); }
ARGS   -k -c '{{PROGS}}/calls 1'
ERR    WARNING: Bad address
ERR    Additional Info - helper: probe_read_user_str, retcode: -14

NAME   output that is slow to leave does not lose the maps
NEEDS  root
RUN    $SONDE -q -e 'begin { for $i : 0..500 { printf("%d\n", $i); } @x = 5; }' | (sleep 1; cat) | tail -n 4 | tr '\n' '|'; echo
EXPECT 499|||@x: 5|

NAME   a reader that goes away ends sonde
NEEDS  root
RUN    timeout 20 $SONDE -q -e 'interval:ms:10 { printf("x\n"); }' | head -n 3
EXPECT
	x
	x
	x
