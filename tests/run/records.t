# Records: values with named fields. {{SONDE}} is tried in print and printf, variables, maps, loops, comparisons.

NAME   [types 7] [output 2] records are printed with their names
NEEDS  root
SCRIPT begin { $r = (a=1, b="abc"); print($r); print($r.a); print($r->b); printf("[%-10s][%s][%3d]\n", (a=1, b=2), $r, $r.a);
	print((one=(1,), none=(x=(y=(z=true))))); print((p=1, q=(2, (r=3)))); print((a=-1, comm="x", nsecs=2)); }
EXPECT
	{ .a = 1, .b = abc }
	1
	abc
	[{         .a = 1, .b = 2 }][{ .a = 1, .b = abc }][  1]
	{ .one = (1), .none = { .x = { .y = { .z = true } } } }
	{ .p = 1, .q = (2, { .r = 3 }) }
	{ .a = -1, .comm = x, .nsecs = 2 }

NAME   [types 3] [types 7] fields are found by name, whatever their order
NEEDS  root
SCRIPT begin { $r = (a=1, b="abc"); $q = (b="longer text", a=(int64)100000); print($r == $q); print($r != $q); $r = $q; print($r); print($r == $q);
	print($r == (b="longer text", a=100000)); print((b="longer texts", a=100000) == $r); print($r.b == $q.b); @last = (a=1, b="x"); @last = $q; print(@last.b); }
EXPECT
	false
	true
	{ .a = 100000, .b = longer text }
	true
	true
	false
	true
	longer text


	@last: { .a = 100000, .b = longer text }

NAME   [types 3] nested records are converted name by name
NEEDS  root
SCRIPT begin { $a = (n=(uint8)1, in=(c="x", d=(int64)5)); $b = (in=(d=5, c="xyz"), n=(uint8)1); print($a == $b); $a = $b; print($a); print(sizeof($a)); print(pid > 0 ? $a : $b); let $later; if (pid > 0) { $later = (x=1, y=2); } else { $later = (y=3, x=4); } print($later);
	print(($a, 1) == ((in=(c="xyz", d=5), n=1), 1)); }
EXPECT
	false
	{ .n = 1, .in = { .c = xyz, .d = 5 } }
	24
	{ .n = 1, .in = { .c = xyz, .d = 5 } }
	{ .x = 1, .y = 2 }
	true

NAME   [lexical 8.2] records of literals are folded
NEEDS  root
SCRIPT begin { print((a=1, b="x") == (b="x", a=1)); print((a=1) != (a=2)); print((a=1, b=2).b); print(((a=(c=7)), 1).0.a.c); unroll ((n=2).n) { print("round"); } }
EXPECT
	true
	true
	2
	7
	round
	round

NAME   [types 6] records are keys and values of maps
NEEDS  root
SCRIPT begin { @n[(x=(int64)1, y="q")]++; @n[(y="q", x=1)]++; @n[(y="r", x=2)]++; @v[1] = (k=(z=true), l=-1); @v[2] = (l=5, k=(z=false)); @h[(a=1)] = hist(4); @c[(a=1), 2] = count();
	print(@v[1].k.z); print(@v[2].l); print(has_key(@n, (y="r", x=2))); delete(@n, (y="r", x=2)); print(has_key(@n, (x=2, y="r"))); }
EXPECT
	true
	5
	true
	false


	@c[{ .a = 1 }, 2]: 1
	@h[{ .a = 1 }]:
	[4, 8)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

	@n[{ .x = 1, .y = q }]: 2
	@v[1]: { .k = { .z = true }, .l = -1 }
	@v[2]: { .k = { .z = false }, .l = 5 }

NAME   [types 6.4] loops over maps of records
NEEDS  root
SCRIPT begin { @m[(x=1, y="q")] = (k=(z=true), l=-1); $sum = 0; for ($kv : @m) { print($kv); print($kv.0.y); print($kv.1.k.z); $sum += $kv.1.l; $copy = $kv.1; print($copy.l); } print($sum); clear(@m); }
EXPECT
	({ .x = 1, .y = q }, { .k = { .z = true }, .l = -1 })
	q
	true
	-1
	-1

NAME   [output 3.1] maps with records as keys and plain values are sorted by the first field
NEEDS  root
SCRIPT begin { @m[(n=10, s="b")] = "x"; @m[(n=9, s="c")] = "y"; @m[(n=9, s="a")] = "z"; }
EXPECT
	@m[{ .n = 9, .s = a }]: z
	@m[{ .n = 9, .s = c }]: y
	@m[{ .n = 10, .s = b }]: x

NAME   [types 7] empty scalar maps of records print zeros
NEEDS  root
SCRIPT begin { if (pid == 0) { @r = (n=1, s="abc", t=(true, 1)); } print(@r); }
EXPECT
	@r: { .n = 0, .s = , .t = (false, 0) }

NAME   [types 7] records and tuples of many elements
NEEDS  root
RUN    r=$(for i in $(seq 1 99); do printf 'f%d=(int64)%d, ' $i $i; done); t=$(seq -s, 1 99); $SONDE -q -e "begin { \$r = (${r}z=\"end\"); print(\$r.f77); print(\$r.z); \$t = ($t); print(\$t.76); \$q = (z=\"end\", ${r%, }); print(\$q == \$r); }"
EXPECT
	77
	end
	77
	true
