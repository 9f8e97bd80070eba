# More of the language on the same work.

NAME   process-level profile at 99 Hz: as many samples, give or take a third
NEEDS  root peer real plain
TIMEOUT 60
RUN    s='profile:hz:99 /comm == "busy"/ { @[comm] = count(); }'; n() { sed -n 's/^@\[busy\]: //p'; };
	{{PROGS}}/busy 20 & b=$!; ours=$(timeout -s INT 3 $SONDE -q -e "$s" -p $b | n); theirs=$(timeout -s INT 3 $PEER -e "$s" -p $b | n); kill $b;
	echo "$ours and $theirs" >&2; [ $((ours * 3)) -gt $((theirs * 2)) ] && [ $((ours * 2)) -lt $((theirs * 3)) ] && echo alike
EXPECT alike
ERR    ^[1-9][0-9]+ and [1-9][0-9]+$

NAME   calls of a function, with arguments
NEEDS  root peer uprobe
SETUP  cp $PROGS/calls own
SCRIPT uprobe:{{TMP}}/own:inner { printf("%d %d %d %d %d\n", arg0, arg1, (int32)arg2, arg4, arg5); @ = count(); }
ARGS   -c '{{TMP}}/own 20'
LINE   @: 20
PEER

NAME   what a function returns
NEEDS  root peer uprobe
SETUP  cp $PROGS/calls own
SCRIPT uretprobe:{{TMP}}/own:outer { @r = lhist(retval, 0, 400, 100); }
ARGS   -c '{{TMP}}/own 100'
MATCH  ^\[0, 100\)
PEER

NAME   user stacks of a running program
NEEDS  root peer uprobe
SETUP  cp $PROGS/calls own
BEFORE {{TMP}}/own 4 8 5
RUN    s='uprobe:{{TMP}}/own:inner { printf("%s", ustack(3)); } interval:s:30 { exit(); }'; f() { grep -oE '[a-z]+\+[0-9]+$' | sort | uniq -c; };
	$PEER -e "$s" -p {{BEFORE_PID}} | f >{{TMP}}/theirs & timeout 30 $SONDE -e "$s" -p {{BEFORE_PID}} | f >{{TMP}}/ours; wait; cat {{TMP}}/ours; sed 's/^/peer /' {{TMP}}/theirs >&2;
	grep -q '4 inner+0' {{TMP}}/theirs && diff {{TMP}}/ours {{TMP}}/theirs >&2 && echo same
MATCH  ^ +4 inner\+0$
LINE   same

NAME   numbers as text
NEEDS  root peer
SCRIPT BEGIN { printf("[%d][%5d][%-5d][%x][%X][%o][%c][%p][%s]\n", 42, 42, 42, 42, 42, 42, 65, 42, "text"); printf("%ld %lu %lx\n", -1, -1, -1); exit(); }
LINE   [42][   42][42   ][2a][2A][52][A][0x2a][text]
PEER

NAME   values as text
NEEDS  root peer
SCRIPT BEGIN { print(5); print("x"); print((1, "a", (2, 3))); @a = 5; @b["k", 1] = (1, "v"); @c = "text"; @d[1] = -5; @d[2] = 5; exit(); }
LINE   (1, a, (2, 3))
LINE   @b[k, 1]: (1, v)
PEER

NAME   arithmetic
NEEDS  root peer
SCRIPT BEGIN { $a = (uint64)17; $b = (uint64)5; printf("%d %d %d %d %d %d %d %d %d\n", $a + $b, $a - $b, $a * $b, $a / $b, $a % $b, $a << $b, $a >> 1, $a & $b, $a ^ $b);
	printf("%d %d %d %d\n", $a > $b, $a == $b, $a != 17 || $b == 5, !$a); exit(); }
ARGS   --no-warnings
PEER_ARGS
LINE   22 12 85 3 2 544 8 1 20
PEER

NAME   statements
NEEDS  root peer
SCRIPT BEGIN { $i = 0; while ($i < 20) { $i++; if ($i == 7) { continue; } if ($i > 12) { break; } @[$i % 3] = count(); } unroll (3) { @u = sum($i); }
	if ($i == 13) { @s = "left"; } else { @s = "other"; } @t = $i > 5 ? 1 : 2; exit(); }
ARGS   --no-warnings
PEER_ARGS
LINE   @s: left
PEER

NAME   parameters
NEEDS  root peer
RUN    s='BEGIN { printf("%d %s %d %d\n", $1, str($2), $#, $3); exit(); }'; $SONDE --no-warnings -q -e "$s" 15 word 0x20 | grep .; $PEER -e "$s" 15 word 0x20 | grep -v Attaching | grep .
EXPECT
	15 word 3 32
	15 word 3 32

NAME   a predicate on text, deletes, clears
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @n++; @m[@n % 5] = @n; if (@n % 5 == 3) { delete(@m[3]); } } END { clear(@n); }
PEER_ARGS -c '{{PROGS}}/getppids 42'
ARGS   --no-warnings -c '{{PROGS}}/getppids 42'
MATCH  ^@m\[2\]: 42$
PEER

NAME   several processors
NEEDS  root peer
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "threads"/ { @[comm] = count(); @s = sum(2); }
ARGS   -c '{{PROGS}}/threads 8 5000'
LINE   @[threads]: 40000
PEER
