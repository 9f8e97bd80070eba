NAME   five thousand statements of one kind
NEEDS  root real
TIMEOUT 120
RUN    s=$(for i in $(seq 5000); do echo "@x = sum($i);"; done); $SONDE -q -e "begin { $s }"
EXPECT @x: 12502500

NAME   five thousand statements: maps, variables, branches, texts
NEEDS  root real
TIMEOUT 120
RUN    s=$(for i in $(seq 1000); do echo "\$s += $i; @c[$i % 7] = count(); if (\$s == 500500) { @end = (\$s, \$t); }
		@m[\$t, $i] = $i; if (\$t == \"abd\") { @no = 1; }"; done)
	$SONDE -q -e "begin { \$s = 0; \$t = \"abc\"; $s print(len(@m)); clear(@m); }"
LINE   1000
LINE   @c[0]: 142
LINE   @c[6]: 143
LINE   @c[1]: 143
LINE   @c[2]: 143
LINE   @c[3]: 143
LINE   @c[4]: 143
LINE   @c[5]: 143
LINE   @end: (500500, abc)

NAME   lines of a long body come in order, none is lost
NEEDS  root
TIMEOUT 120
RUN    s=$(for i in $(seq 2000); do printf 'printf("%%d\\n", %d); ' $i; done)
	$SONDE -q -e "begin { $s }" | grep . >{{TMP}}/lines; seq 2000 | cmp - {{TMP}}/lines && echo same
EXPECT same

NAME   return leaves a long body from any depth
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 150); do echo "@a = sum($i); if (\$k == $i) { return; }"; done)
	$SONDE -q -e "begin { \$k = 100; $s @never = 1; }"
	$SONDE -q -e "begin { \$k = 1000; if (\$k) { for (\$i : 0..3) { \$k = \$i * 60 + 30; @turns = count(); $s } } @never = 1; }"
	$SONDE -q -e "begin { \$k = 2000; $s exit(7); @never = 1; }"; echo $?
LINE   @a: 5050
LINE   @a: 465
LINE   @turns: 1
LINE   @a: 11325
LINE   7

NAME   break and continue in a long body of a loop
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 150); do echo "@a[\$i] = sum($i); if (\$i == 1 && $i == 100) { continue; } if (\$i == 2 && $i == 50) { break; }"; done)
	$SONDE -q -e "begin { for (\$i : 0..5) { $s @done[\$i] = 1; } }"
	$SONDE --no-warnings -q -e "begin { \$i = 10; while (\$i < 15) { \$i++; $s @done[\$i] = 1; if (\$i == 12) { break; } } }"
LINE   @a[2]: 1275
LINE   @a[1]: 5050
LINE   @a[0]: 11325
LINE   @done[0]: 1
LINE   @a[11]: 11325
LINE   @a[12]: 11325
LINE   @done[11]: 1
LINE   @done[12]: 1

NAME   a long body in a predicate, in else and in unroll
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 200); do echo "@a = sum($i); \$x += $i;"; done)
	$SONDE -q -e "begin /pid/ { \$x = 1; if (\$x == 0) { $s } else if (\$x == 1) { $s } else { $s } printf(\"%d\\n\", \$x); }"
	$SONDE -q -e "begin { \$x = 1; unroll(100) { \$x += 1; @b[\$x] = count(); @c[\$x, comm] = sum(\$x); } print(len(@b)); print(\$x); clear(@b); clear(@c); }"
LINE   20101
LINE   @a: 20100
LINE   100
LINE   101

NAME   a long body that looks at its event all over
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 400); do echo "if (args.offset == $i + 4000) { @at = args.offset; @n = count(); }"; done)
	$SONDE -q -c '{{PROGS}}/lseeks 4123' -e "tracepoint:syscalls:sys_enter_lseek /args.offset > 4000/ { $s @n = count(); }"
LINE   @at: 4123
LINE   @n: 2

NAME   two hundred maps
NEEDS  root
TIMEOUT 120
RUN    s=$(for p in 0 1 2 3; do echo "begin {"; for i in $(seq 50); do echo "@m$p$i = $i; @k$p$i[$i] = count();"; done; echo "}"; done)
	$SONDE -q -e "$s" | grep -c '^@[mk][0-9]'
EXPECT 400

NAME   five hundred probes
NEEDS  root
TIMEOUT 120
RUN    s=$(for i in $(seq 500); do echo "begin { @n = count(); @s[$i % 2] = sum($i); }"; done); $SONDE -q -e "$s"
LINE   @n: 500
LINE   @s[0]: 62750
LINE   @s[1]: 62500

NAME   every aggregation in a long body, and with nothing on the stack
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 60); do echo "@c[$i % 2] = count(); @s[$i % 2] = sum($i); @a[$i % 2] = avg($i); @i[1] = min($i - 30); @x[1] = max(30 - $i);
		@st[$i % 2] = stats($i); @h[1] = hist($i); @l[1] = lhist($i, 0, 60, 20); @u[pid != 0] = sum(pid * 0 + $i);"; done)
	$SONDE -q -e "begin { $s }" >{{TMP}}/a; SONDE_ON_STACK_LIMIT=0 $SONDE -q -e "begin { $s }" >{{TMP}}/b
	cmp {{TMP}}/a {{TMP}}/b && cat {{TMP}}/a
LINE   @a[0]: 31
LINE   @a[1]: 30
LINE   @c[0]: 30
LINE   @c[1]: 30
LINE   @i[1]: -29
LINE   @x[1]: 29
LINE   @s[0]: 930
LINE   @s[1]: 900
LINE   @u[true]: 1830
LINE   @st[0]: { .count = 30, .average = 31, .total = 930 }
LINE   @st[1]: { .count = 30, .average = 30, .total = 900 }
LINE   [0, 20)               19 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   |
LINE   [32, 64)              29 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   probes with the same body share it, and run in the order they were written
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getppid /pid == cpid/ { @n = count(); @order = @order * 10 + 1; }
	tracepoint:syscalls:sys_exit_getppid /pid == cpid/ { @n = count(); @order = @order * 10 + 1; }
	tracepoint:syscalls:sys_enter_getppid /pid == cpid/ { @order = @order * 10 + 2; }
	tracepoint:syscalls:sys_exit_getppid /pid == cpid/ { @order = @order * 10 + 3; }
ARGS   -c '{{PROGS}}/getppids 2'
LINE   @n: 4
LINE   @order: 12131213

NAME   a long function, left in its middle, called from everywhere
NEEDS  root
TIMEOUT 60
RUN    b=$(for i in $(seq 200); do echo "@a = sum($i); if (\$x == $i) { return $i * 10; } \$y += $i;"; done)
	$SONDE -q -e "fn f(\$x : int64) : int64 { \$y = 0; $b return \$y; } begin { \$k = f(1000); print((f(50), \$k, f(150) + f(3)));
		for (\$i : 1..4) { print(f(\$i)); } if (f(\$k) > 5) { print(\"yes\"); } }"
LINE   (500, 20100, 1530)
LINE   10
LINE   20
LINE   30
LINE   yes
LINE   @a: 52816

NAME   every aggregation with keys, changed at some and at many places of one body
NEEDS  root
TIMEOUT 60
RUN    for n in 3 20; do b=$(for i in $(seq $n); do echo "@c[1] = count(); @s[1] = sum($i); @a[1] = avg($i); @i[1] = min($i); @x[1] = max($i); @t[1] = stats($i);
		@h[1] = hist($i); @l[1] = lhist($i, 0, 20, 10); @p[1] = tseries($i, 1000000s, 2);"; done)
	$SONDE -q -e "config = { unstable_tseries=enable } begin { $b }" |
		sed -n 's/^\(\[[^|]*[0-9]\) *|.*/\1/p; /^@[a-z]\[1\]: ./p; s/.*|.*\*.*| \([0-9]*\)$/tseries \1/p' | tr -s ' '; done
LINE   @a[1]: 2
LINE   @c[1]: 3
LINE   [1] 1
LINE   [2, 4) 2
LINE   @i[1]: 1
LINE   [0, 10) 3
LINE   tseries 3
LINE   @s[1]: 6
LINE   @t[1]: { .count = 3, .average = 2, .total = 6 }
LINE   @x[1]: 3
LINE   @a[1]: 10
LINE   @c[1]: 20
LINE   [1] 1
LINE   [2, 4) 2
LINE   [4, 8) 4
LINE   [8, 16) 8
LINE   [16, 32) 5
LINE   @i[1]: 1
LINE   [0, 10) 9
LINE   [10, 20) 10
LINE   [20, ...) 1
LINE   tseries 20
LINE   @s[1]: 210
LINE   @t[1]: { .count = 20, .average = 10, .total = 210 }
LINE   @x[1]: 20
