struct x {
	int a b;
};
