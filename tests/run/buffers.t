# Texts and buffers: how much they hold, how they compare, where they can be kept.

NAME   [types 8] buffers of different capacities are the same when their lengths and bytes are
NEEDS  root
SCRIPT begin { $n = (uint64)3; $dynamic = buf(comm, $n); $three = buf("son", 3); $more = buf("sonde", 5); $other = buf("sox", 3); print($dynamic == $three); print($three == $dynamic); print($three == $more);
	print($dynamic == $more); print($dynamic == $other); print($dynamic != $other); print(buf("sonde", 3) == $three); print(buf("a\000b", 3) == buf("a\000c", 3)); $none = (uint64)0; print(buf(comm, $none) == $three); print(buf(comm, $none) == buf("x", $none)); }
EXPECT
	true
	true
	false
	false
	false
	true
	true
	false
	false
	true

NAME   [types 10] a variable that gets a longer buffer holds it
NEEDS  root
SCRIPT begin { $b = buf("ab", 2); print($b); $b = buf("longer text", 11); print($b); print(pid > 0 ? buf("x", 1) : $b); let $d : buffer = buf("declared", 8); print($d); printf("[%r][%14r][%rh]\n", $b, $d, pid > 0 ? buf("x", 1) : $b); }
EXPECT
	ab
	longer text
	x
	declared
	[longer text][      declared][78]

NAME   [types 10] [types 7] buffers in tuples and records
NEEDS  root
SCRIPT begin { $t = (1, buf("a\n", 2), (buf("b", 1), 2)); print($t); print($t.1); print($t == (1, buf("a\n", 2), (buf("b", 1), 2))); print($t == (1, buf("a\nc", 3), (buf("b", 1), 2))); $r = (b=buf("x", 1)); print($r); print($r.b == buf("xy", 1)); $r = (b=buf("xyz", 3)); print($r); print((b=buf("q", 1), c=buf("zz", 2)) == (c=buf("zz", 2), b=buf("q", 1))); }
EXPECT
	(1, a\x0a, (b, 2))
	a\x0a
	true
	false
	{ .b = x }
	true
	{ .b = xyz }
	true

NAME   [types 10] [types 6] buffers as keys and values of maps
NEEDS  root
SCRIPT begin { $n = (uint64)3; @k[buf("son", 3)] = 1; @k[buf("sonde", 5)] = 2; @k[buf(comm, $n)] += 10; print(@k[buf("son", 3)]); @v[1] = buf("ab", 2); @v[2] = buf("\001\\long", 6); print(@v[1]); print(@v[3]); @s = buf("scalar", 6); @two[buf("a", 1), 5] = (buf("b", 1), 6); @rec[(b=buf("r", 1))] = (v=buf("s", 1));
	for ($kv : @two) { print($kv); print($kv.0.0 == buf("a", 1)); } print(has_key(@k, buf("sonde", 5))); print(has_key(@k, buf("sond", 4))); delete(@k, buf("sonde", 5)); }
EXPECT
	11
	ab

	((a, 5), (b, 6))
	true
	true
	false


	@k[son]: 11
	@rec[{ .b = r }]: { .v = s }
	@s: scalar
	@two[a, 5]: (b, 6)
	@v[1]: ab
	@v[2]: \x01\long

NAME   [types 10] texts that fill max_strlen were cut
NEEDS  root
SCRIPT config = { max_strlen = 5 } begin { $a = str(comm); print($a); print(sizeof($a)); print($a == "sond"); print(str(comm, 4)); print(sizeof(str(comm, 4))); $n = (uint64)4; print(str(comm, $n)); print(sizeof(str(comm, $n))); @m[str(comm)] = $a; print(($a, 1)); print((s=$a)); }
EXPECT
	sonde..
	5
	false
	son
	5
	son
	5
	(sonde.., 1)
	{ .s = sonde.. }


	@m[sonde..]: sonde..

NAME   [types 10] the mark of texts that were cut can be chosen
NEEDS  root
SCRIPT config = { max_strlen = 3; str_trunc_trailer = "[cut]" } begin { print(str(comm)); printf("%s|%8s|\n", str(comm), "ab"); }
EXPECT
	son[cut]
	son[cut]|      ab|

NAME   [types 10] texts of different capacities
NEEDS  root
SCRIPT begin { $s = "ab"; $s = "longer text"; print($s); $s = "c"; print($s); print(sizeof($s)); print($s == "c"); print("c" == $s); @m = "x"; @m = "longer"; @m = "y"; @k["a"] = 1; @k["a longer key"] = 2; print(@k["a"]); print($s == comm); $c = comm; print($c == "sonde"); print($c != "sondeX"); print($c == "sond"); }
EXPECT
	longer text
	c
	12
	true
	true
	1
	false
	true
	true
	false


	@k[a]: 1
	@k[a longer key]: 2
	@m: y
