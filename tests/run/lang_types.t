# Types, section by section: what good scripts do.

NAME   [types 1] sizes of values
NEEDS  root
SCRIPT begin { $i = (int8)1; @c = count(); @s = 1; print((sizeof(int8), sizeof(uint16), sizeof(int32), sizeof(uint64), sizeof(bool), sizeof(true), sizeof("abc"), sizeof(string[10])));
	print((sizeof(int8 *), sizeof(int16[5]), sizeof(int32[4][2]), sizeof((1, (int64)2)), sizeof((a=1, b="xy")), sizeof(void *)));
	print((sizeof(kstack(3)), sizeof(ustack(3)), sizeof(ksym(0)), sizeof(usym(0)), sizeof((username)), sizeof(strftime("%H", nsecs)), sizeof(buf("abcd", 4)), sizeof(str(pid)), sizeof($i))); clear(@c); clear(@s); }
ARGS   -q
EXPECT
	(1, 2, 4, 8, 1, 1, 4, 10)
	(8, 10, 32, 16, 4, 8)
	(32, 40, 8, 16, 8, 16, 8, 1024, 1)

NAME   [types 1.1] names of types
NEEDS  root btf
SCRIPT begin { print((sizeof(int), sizeof(long), sizeof(char), sizeof(short), sizeof(size_t), sizeof(u64), sizeof(u8), sizeof(pid_t), sizeof(uint64_t), sizeof(struct list_head), sizeof(list_head), sizeof(enum bpf_map_type)));
	let $a : bool = true; let $b : string[4] = "abc"; let $c : uint32 = 7; let $d : int16 *; let $e : pid_t = 5; print(($a, $b, $c, $d, $e)); }
ARGS   -q --no-warnings
EXPECT
	(4, 8, 1, 2, 8, 8, 1, 4, 8, 16, 16, 8)
	(true, abc, 7, 0x0, 5)

NAME   [types 2] literals have the smallest type that holds them
NEEDS  root
SCRIPT begin { print((sizeof(127), sizeof(128), sizeof(32767), sizeof(32768), sizeof(2147483648), sizeof(18446744073709551615), sizeof(-128), sizeof(-129), sizeof("a"), sizeof(""), sizeof(true), sizeof(sizeof(5)))); }
ARGS   -q
EXPECT (1, 2, 2, 4, 8, 8, 1, 2, 2, 1, 1, 1)

NAME   [types 2] literals take the sign of what they meet, in variables too, until something is computed
NEEDS  root
RUN    $SONDE --dry-run -d types -e 'begin { $x = 1; $a = $x + (uint8)1; $y = 300; $y = (uint8)2; $b = $x + 1; $c = (int8)1 + (uint8)1; $m = -1; $m = (uint8)1; $z = 1; $z++; }' | grep -E '^\$(a|b|c|m|y|z) '
EXPECT
	$a /* uint64 */
	$y /* uint16 */
	$b /* int64 */
	$c /* int64 */
	$m /* int16 */
	$z /* int64 */

NAME   [types 2] a literal above 2^63 is unsigned, and what is computed of it and other literals
NEEDS  root
SCRIPT begin { $a = 18446744073709551615; $b = 2; print(($a * 2, $a * $b, $a + $b, $a & 255, $a << 63, $a / 2, $a - 1, 3 ^ $a)); }
ARGS   -q
EXPECT (18446744073709551614, 18446744073709551614, 1, 255, 9223372036854775808, 9223372036854775807, -2, 18446744073709551612)

NAME   [types 3] the type that both fit into
NEEDS  root
RUN    $SONDE --dry-run -d types -e 'begin { $a = (int8)1; $a = (int32)2; $b = (uint8)1; $b = (uint32)2; $c = (int32)1; $c = (uint8)1; $d = (int8)1; $d = (uint8)1; $e = (int8)1; $e = (uint32)1; $f = (int64)1; $f = (uint64)1; $g = "ab"; $g = "abcd"; $h = (1, "a"); $h = ((int32)300, "abc"); $p = (int8 *)1; $p = (int64 *)2; $t = pid ? (uint8)1 : (int16)2; $u = (a=1, b=(int8)2); $u = (b=(int32)3, a=4); }' 2>/dev/null | grep -E '^\$[a-hptu] '
EXPECT
	$a /* int32 */
	$b /* uint32 */
	$c /* int32 */
	$d /* int16 */
	$e /* int64 */
	$f /* int64 */
	$g /* string[5] */
	$h /* (int32,string[4]) */
	$p /* int64 * */
	$t /* int16 */
	$u /* record { .a = int8, .b = int32 } */

NAME   [types 4] a variable lives in its block, and in the blocks within
NEEDS  root
SCRIPT begin { $a = 1; if ($a) { $b = 2; $a = $b; if ($b) { $c = $a + $b; print($c); } } if ($a) { $b = "other"; print($b); } print($a); let $z; if (true) { $z = 5; } print($z); }
ARGS   -q
EXPECT
	4
	other
	2
	5

NAME   [types 4] without a value it is zero
NEEDS  root
SCRIPT begin { let $i : int64; let $s : string[4]; let $b : bool; let $p : int8 *; print(($i, $s, $b, $p)); let $l; print($l); $l = "x"; }
ARGS   -q --no-warnings
EXPECT (0, , false, 0x0)

NAME   [types 4.1] a variable has the type of all its assignments
NEEDS  root
SCRIPT begin { $a = 1; print(sizeof($a)); if (pid == 0) { $a = (int64)5; } $s = "a"; print(sizeof($s)); $s = "abcdef"; for ($i : 0..2) { $t = $i; print(sizeof($t)); $t = (int32)7; } @m = $s; print(sizeof(@m)); clear(@m); }
ARGS   -q
EXPECT
	8
	7
	4
	4
	7

NAME   [types 4.2] a declared type stays, and what is computed wraps
NEEDS  root
SCRIPT begin { let $a : uint8 = 255; $a++; print($a); let $b : int8 = 127; $b += 1; print($b); let $c : uint16 = 0; $c -= 1; print($c); let $d : string[8] = "abc"; $d = "abcdefg"; print($d); let $e : string = "a"; $e = "abc"; print($e); print(sizeof($d)); let $p : int8 *; $p = (int64 *)5; print($p); }
ARGS   -q --no-warnings
EXPECT
	0
	-128
	65535
	abcdefg
	abc
	8
	0x5

NAME   [types 4.3] an aggregation that is read is its number; ++ widens
NEEDS  root
RUN    $SONDE --dry-run -d types -e 'begin { @c = count(); $c = @c; $a = (int8)1; $a++; $b = (uint8)1; $b++; $d = (uint8)1; $d--; $p = (int32 *)8; $p++; let $e : uint8 = 1; $e++; $f = (uint8)1; $f -= 1; }' | grep -E '^\$[a-f] |^\$p '; $SONDE -q -e 'begin { @c = count(); @c = count(); $c = @c; print($c); $p = (int32 *)8; $p++; print($p); $v = (void *)8; $v++; print($v); clear(@c); }'
EXPECT
	$c /* int64 */
	$a /* int64 */
	$b /* uint64 */
	$d /* int64 */
	$p /* int32 * */
	$e /* uint8 */
	$f /* int64 */
	2
	0xc
	0x9

NAME   [types 4.3] a pointer in a map steps by what it points to, as one in a variable
NEEDS  root
SCRIPT begin { @p = (int32 *)8; @p++; print((@p, @p++, ++@p, @p--, --@p)); @p += 2; print((@p, 1)); @q[1] = (int64 *)64; @q[1]--; print(@q[1]); print(@q[1]++); print(++@q[1]);
	@v[1] = (void *)8; @v[1]++; print(@v[1]); $p = (int32 *)8; print(($p++, ++$p, $p--, --$p)); clear(@p); clear(@q); clear(@v); }
ARGS   -q
EXPECT
	(0xc, 0xc, 0x14, 0x14, 0xc)
	(0x14, 1)
	0x38
	0x38
	0x48
	0x9
	(0x8, 0x10, 0x10, 0x8)

NAME   [types 5] casts of numbers
NEEDS  root
SCRIPT begin { $n = (int64)-2; $u = (uint64)300; print(((uint8)$u, (int8)$u, (uint8)$n, (uint16)$n, (int32)(uint8)$n, (uint64)(int8)$n, (bool)$u, (bool)($n + 2), (int8)true));
	print(((int8 *)$u, (uint64)(int8 *)$u, (bool)"", (bool)"x", (bool)(void *)0)); @c = count(); print((int64)@c + 1); print((string[8])"abc"); print(sizeof((string[8])"abc")); clear(@c); }
ARGS   -q
EXPECT
	(44, 44, 254, 65534, 254, 18446744073709551614, true, false, 1)
	(0x12c, 300, false, true, false)
	2
	abc
	8

NAME   [types 5] numbers and arrays are each other's bytes
NEEDS  root
SCRIPT begin { $a = (uint8[8])(uint64)0x0102030405060708; print($a); print($a[7]); print((uint64)$a); print((int8[4])(int32)-1); print((uint16[])(uint32)0x00020001); print((uint8[])"ab"); print((uint8[4])(uint8)5);
	print((int32)(int8[4])(int32)-5); print((bool[2])(int16)1); print(sizeof((uint8[])(uint64)1)); }
ARGS   -q --no-warnings
EXPECT
	[8,7,6,5,4,3,2,1]
	1
	72623859790382856
	[-1,-1,-1,-1]
	[1,2]
	[97,98,0]
	[5,0,0,0]
	-5
	[true,false]
	8

NAME   [types 6.1] kinds of maps, with their sizes
NEEDS  root
SCRIPT let @h = hash(10); let @l = lruhash(2); let @p = percpuhash(10); let @q = percpulruhash(10);
	begin { @h[1] = 1; for ($i : 0..20) { @l[$i] = $i; } @p[1] = count(); @q[1] = sum(5); print(len(@l) <= 2); print(@p); print(@q[1]); clear(@l); }
ARGS   -q --no-warnings
EXPECT
	true
	@p[1]: 1
	5


	@h[1]: 1
	@p[1]: 1
	@q[1]: 5

NAME   [types 6.2] keys of any kind; @x[a, b] is @x[(a, b)]
NEEDS  root
SCRIPT begin { @x[1, "a"] = 1; $k = (1, "a"); print(@x[$k]); @r[(a=1, b="k")] = 2; print(@r[(a=1, b="k")]); @b[true] = 3; @arr[(int8[4])(int32)1] = 4; print(@arr[(int8[4])(int32)1]);
	@buf[buf("ab", 2)] = 5; print(@buf[buf("ab", 2)]); @n[(1, (2, "z"))] = 6; print(@n[1, (2, "z")]); print(@x[2, "b"]); @never[5] = 1; delete(@never[5]); print(@never[5]); print(@nobody + 1); }
ARGS   -q --no-warnings
EXPECT
	1
	2
	4
	5
	6
	0
	0
	1


	@arr[[1,0,0,0]]: 4
	@b[true]: 3
	@buf[ab]: 5
	@n[1, (2, z)]: 6
	@r[{ .a = 1, .b = k }]: 2
	@x[1, a]: 1
ERR_NOT .

NAME   [types 6.2] what is stored under keys of any kind is found again
NEEDS  root
SCRIPT begin { @x[1, "a"] = 1; $k = (1, "a"); $a = (int8[4])(int32)1; @r[(a=1, b="k")] = 2; @arr[$a] = 4; @buf[buf("ab", 2)] = 5; @n[(1, (2, "z"))] = 6; @s["abc"] = 7; @t[true, -1] = 8;
	print((@x[$k], @r[(a=1, b="k")], @arr[$a], @buf[buf("ab", 2)], @n[1, (2, "z")], @s["abc"], @t[true, -1])); print((@x[2, "b"], @nobody)); clear(@x); clear(@r); clear(@arr); clear(@buf); clear(@n); clear(@s); clear(@t); }
ARGS   -q --no-warnings
EXPECT
	(1, 2, 4, 5, 6, 7, 8)
	(0, 0)

NAME   [types 6.3] aggregations, and reading them
NEEDS  root
SCRIPT begin { for ($i : 1..5) { @c = count(); @s = sum($i); @a = avg($i); @mi = min($i); @ma = max($i); @st = stats($i); @k[$i % 2] = sum($i * 10); }
	print((@c + 0, @s + 0, @a + 0, @mi + 0, @ma + 0, @k[0] + 0, @k[1] + 0)); @copy = (int64)@s; if (@c > 3) { print("many"); } @neg = sum(-5); @neg = sum(2); @bool = sum((int64)true); }
ARGS   -q
EXPECT
	(4, 10, 2, 1, 4, 60, 40)
	many


	@a: 2
	@bool: 1
	@c: 4
	@copy: 10
	@k[1]: 40
	@k[0]: 60
	@ma: 4
	@mi: 1
	@neg: -3
	@s: 10
	@st: { .count = 4, .average = 2, .total = 10 }

NAME   [types 6.3] buckets
NEEDS  root
SCRIPT begin { @h = hist(-1); @h = hist(0); @h = hist(1); @h = hist(2); @h = hist(3); @h = hist(4); @h = hist(1000); @l = lhist(-1, 0, 10, 5); @l = lhist(0, 0, 10, 5); @l = lhist(9, 0, 10, 5); @l = lhist(10, 0, 10, 5); @l = lhist(11, 0, 10, 5); }
ARGS   -q
MATCH  ^\(\.\.\., 0\) +1
MATCH  ^\[0\] +1
MATCH  ^\[1\] +1
MATCH  ^\[2, 4\) +2
MATCH  ^\[4, 8\) +1
MATCH  ^\[512, 1K\) +1
MATCH  ^\(\.\.\., 0\) +1
MATCH  ^\[0, 5\) +1
MATCH  ^\[5, 10\) +1
MATCH  ^\[10, \.\.\.\) +2

NAME   [types 6.4] the pair of key and value; what is around a loop is seen and changed in it
NEEDS  root
SCRIPT begin { @a[1, "x"] = 5; @a[2, "y"] = 6; $n = 0; for ($kv : @a) { $n += $kv.1; @keys[$kv.0.1] = $kv.0.0; } print($n); @c[7] = count(); @c[7] = count(); for $kv : @c { print(($kv.0, $kv.1 + 1)); }
	for ($x : @a) { for ($y : @a) { @pairs = count(); } } for ($e : @empty) { print("no"); } @empty[1] = 1; delete(@empty[1]); clear(@a); clear(@c); }
ARGS   -q
EXPECT
	11
	(7, 3)


	@keys[x]: 1
	@keys[y]: 2
	@pairs: 4

NAME   [types 7] layout of tuples, elements, comparing
NEEDS  root
SCRIPT begin { print((sizeof((1, (int64)1)), sizeof(((int64)1, 1)), sizeof((1, "abc", (int16)1)), sizeof(("a", 1)), sizeof((1, (2, (int32)3))), sizeof((true, 1, 300)))); $t = (1, "ab", (3, 4)); print(($t.0, $t[1], $t.2.1)); $u = (1, "abc"); print(($u == (1, "abc"), $u != (1, "abcd"), $u == ((int64)1, "abc")));
	$f = 0; $v = ({ $f = 1; 1 }, { $f = $f * 10; 2 }); print($f); $r = (x=1, y=(z="in")); print(($r.y.z, $r->x)); print($r); }
ARGS   -q
EXPECT
	(16, 16, 8, 3, 12, 4)
	(1, ab, 4)
	(true, true, true)
	10
	(in, 1)
	{ .x = 1, .y = { .z = in } }

NAME   [types 8] arithmetic is done in 64 bits, while running as the machine does it
NEEDS  root
SCRIPT begin { $m = (int64)-8; $s7 = (int64)-7; $u = (uint64)18446744073709551615; $b = (uint8)200; print(($m >> 1, $s7 / 2, $u + 1, $b + 100, $b * $b, (int8)-1 == (uint16)65535, (int64)-1 == $u, 1 << ($b - 137)));
	$z = (uint64)0; print(($b / $z, $b % $z)); $n8 = (int8)5; $u8 = (uint8)5; print((~$u8, -$u8, ~$n8, -$n8, !$n8, !$z)); print((true + true, 5 - (uint64)6, $u > 5, $m < 5)); }
ARGS   -q --no-warnings
EXPECT
	(9223372036854775804, 9223372036854775804, 0, 300, 40000, false, true, -9223372036854775808)
	(1, 1)
	(250, 251, -6, -5, false, true)
	(true, -1, true, true)

NAME   [types 8] pointers, texts, buffers
NEEDS  root
SCRIPT begin { $p = (int32 *)16; $v = (void *)16; print(($p + 2, 2 + $p, $p - 1, $v + 3, $p == 16, $p > (int32 *)8, $p && true, $p == $p)); $s = "abc"; let $l : string[10] = "abc"; print(($s == $l, $s == "abcd", $s != "ab", comm == comm, "" == ""));
	print((buf("ab", 2) == buf("ab", 2), buf("ab", 2) == buf("ac", 2), buf("ab", 2) != buf("abc", 3))); $a = (int8[4])(int32)5; $b = (int8[4])(int32)6; print(($a == $a, $a == $b, $a != $b, $a[0], $s[1])); }
ARGS   -q
EXPECT
	(0x18, 0x18, 0xc, 0x13, true, true, true, true)
	(true, false, true, true, true)
	(true, false, true)
	(true, false, true, 5, 98)

NAME   [types 8] what has an address: &$x
NEEDS  root
SCRIPT begin { $x = (int32)7; $p = &$x; print(*$p); print($p == &$x); }
ARGS   -q
EXPECT
	7
	true

NAME   [types 9] pointers of kernel and of user memory
NEEDS  root uprobe
RUN    $SONDE -q -e 'tracepoint:syscalls:sys_enter_openat /pid == cpid/ { @[str(args.filename)] = count(); }' -c "/bin/cat /etc/hostname" 2>/dev/null | grep -c hostname
EXPECT 1

NAME   [types 10] texts are cut to their capacity, and show it
NEEDS  root
RUN    $SONDE -q -e 'config = { max_strlen = 12 } tracepoint:syscalls:sys_enter_openat /pid == cpid/ { $s = str(args.filename); if (strncmp($s, "/etc/host", 9) == 0) { print($s); print(str(args.filename, 5)); print(sizeof($s)); print(buf(args.filename, 20)); exit(); } }' -c "/bin/cat /etc/hostname" 2>/dev/null
LINE   /etc/hostnam..
LINE   /etc
LINE   12
LINE   /etc/hos

NAME   [types 10] texts of different capacities in one variable
NEEDS  root
SCRIPT begin { $s = "ab"; $s = "abcd"; print((sizeof($s), $s)); @a = "abcdef"; @a = "x"; print((sizeof(@a), @a)); print(buf("abcd", 3)); print(sizeof(buf("abcd", 3))); let $d : string[10] = "abc"; print(($d, sizeof($d), $d == "abc")); clear(@a); }
ARGS   -q
EXPECT
	(5, abcd)
	(7, x)
	abc
	7
	(abc, 10, true)

NAME   [types 11] stacks: mode and limit belong to the type
NEEDS  root once
SCRIPT begin { @x = kstack(3); @x = kstack(5); }
STATUS 1
ERR    Type mismatch for @x: trying to assign value of type 'kstack_bpftrace_5' when map already has a type 'kstack_bpftrace_3'

# Not a tracepoint of the system call itself: on Linux 6.1 the registers there are the process's, and no stack of
# the kernel begins at them.
NAME   [types 11] stacks as keys and values, and how many frames they have
NEEDS  root
SCRIPT rawtracepoint:sys_enter /comm == "getppids" && arg1 == 110/ { @k[kstack(5)] = count(); @u[ustack(perf, 2)] = count(); @l = len(kstack(3)); $s = kstack(2); @same = $s == $s; exit(); }
ARGS   -q -c '{{PROGS}}/getppids 1'
MATCH  ^@k\[$
MATCH  ^ +[A-Za-z_0-9.]+\+[0-9]+$
MATCH  ^@u\[$
MATCH  ^	[0-9a-f]+ [^ ]+\+[0-9]+ \(/.*\)$
MATCH  ^@same: true$
MATCH  ^@l: 3$

NAME   [types 13] sizeof, offsetof, typeof
NEEDS  root btf
SCRIPT begin { $x = (int32)5; @m[1, "a"] = (int16)3; @s = (int64)1; let $y : typeof($x) = 7; print((sizeof($y), sizeof(typeof(@m)), sizeof(typeof(@m[1, "a"])), sizeof(typeof(@s)), offsetof(struct list_head, prev), sizeof({ print("never"); 5 }))); print((typeof($x))300); clear(@m); clear(@s); }
ARGS   -q
EXPECT
	(4, 3, 2, 8, 8, 1)
	300

NAME   [types 13] sizeof knows what comes later
NEEDS  root
SCRIPT begin { $x = 1; print(sizeof($x)); $x = (int64)5; @m = "a"; print(sizeof(@m)); @m = "abcd"; clear(@m); }
ARGS   -q
EXPECT
	8
	5

NAME   [types 14] types of maps come from all of the script
NEEDS  root
SCRIPT end { print((@a, @b[1], sizeof(@a), sizeof(@b[1]))); @c = @d; print(sizeof(@c)); clear(@a); clear(@b); clear(@c); } begin { @a = "text"; @b[(int64)1] = @a; @d = (int32)7; exit(); }
ARGS   -q
EXPECT
	(text, text, 5, 5)
	4


	@d: 7

NAME   [types 9] kptr() and uptr() say which memory an address is of
NEEDS  root btf
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { $c = (uint64)curtask + offsetof(struct task_struct, comm); print(str(kptr($c))); print(str(kptr((int8 *)$c), 4)); print(kptr(5)); print(uptr((int8 *)7)); exit(); }
ARGS   -q -c '{{PROGS}}/getppids 1'
EXPECT
	getppids
	get
	5
	0x7

NAME   [types 5] a cast to the type it has: tuples, arrays and structs, too, with a warning
NEEDS  root
SCRIPT struct P { int a; char b[4]; } begin { $a = (int8[4])(int32)7; $t = (3, "four"); print((int8[4])$a); print((typeof($t))$t); $p = (struct P)@p; print($p.a); @p = *(struct P *)0; }
MATCH  WARNING: Unnecessary cast: expression is already of type int8\[4\]$
MATCH  WARNING: Unnecessary cast: expression is already of type \(int8,string\[5\]\)$
MATCH  WARNING: Unnecessary cast: expression is already of type struct P$
LINE   [7,0,0,0]
LINE   (3, four)
LINE   0
