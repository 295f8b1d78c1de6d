package opinion

import "math"

// The bounds of the search for directions.
const (
	maxSteps  = 300
	tolerance = 1e-13
)

// lanczos returns the largest eigenvalues, and their unit vectors, of the symmetric positive matrix of size n
// that apply multiplies by: at most want, fewer when the matrix has no more. It builds an orthonormal basis
// of the Krylov space with full reorthogonalisation (Golub and Van Loan, Matrix Computations, 10.3) and stops
// when the residuals of the wanted pairs are below tolerance. The start is fixed, so equal input gives equal
// output.
func lanczos(n, want int, apply func(in, out []float64)) ([]float64, [][]float64) {
	var basis [][]float64
	var alpha, beta []float64
	q := startVector(n)
	w := make([]float64, n)
	for step := 0; step < min(n, maxSteps); step++ {
		basis = append(basis, q)
		apply(q, w)
		alpha = append(alpha, dot(q, w))
		for range 2 { // twice is enough (Kahan)
			for _, b := range basis {
				axpy(-dot(b, w), b, w)
			}
		}
		norm := math.Sqrt(dot(w, w))
		beta = append(beta, norm)
		last := step+1 == min(n, maxSteps) || norm <= tolerance*math.Abs(alpha[0])
		if last || step%8 == 7 {
			values, small := tridiagonal(alpha, beta[:step])
			if last || settled(values, small, norm, want) {
				return ritz(values, small, basis, want)
			}
		}
		q = make([]float64, n)
		for j := range q {
			q[j] = w[j] / norm
		}
	}
	return nil, nil
}

// startVector returns a unit vector that is orthogonal to nothing in particular: uneven, and the same
// everywhere.
func startVector(n int) []float64 {
	q := make([]float64, n)
	state := uint64(0x9E3779B97F4A7C15)
	for j := range q {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		q[j] = 0.5 + float64(state>>11)/(1<<53)
	}
	norm := math.Sqrt(dot(q, q))
	for j := range q {
		q[j] /= norm
	}
	return q
}

// settled reports whether the wanted pairs are good: the residual of a Ritz pair is the last beta times the
// last entry of its vector.
func settled(values []float64, small [][]float64, beta float64, want int) bool {
	if len(values) < want {
		return false
	}
	for k := range want {
		if math.Abs(beta*small[k][len(values)-1]) > tolerance*math.Abs(values[0]) {
			return false
		}
	}
	return true
}

// ritz turns eigenvectors of the small matrix into those of the large one; values that are nothing but
// rounding are left out.
func ritz(values []float64, small, basis [][]float64, want int) ([]float64, [][]float64) {
	var vectors [][]float64
	for k := 0; k < min(want, len(values)); k++ {
		if values[k] <= 1e-12*math.Max(values[0], 1e-300) || values[k] < 1e-12 {
			break
		}
		v := make([]float64, len(basis[0]))
		for i, b := range basis {
			axpy(small[k][i], b, v)
		}
		norm := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= norm
		}
		vectors = append(vectors, v)
	}
	return values[:len(vectors)], vectors
}

// tridiagonal returns the eigenvalues, largest first, and unit eigenvectors of the symmetric matrix with the
// given diagonal and off-diagonal, by implicit QL steps (Golub and Van Loan, 8.3).
func tridiagonal(diagonal, off []float64) ([]float64, [][]float64) {
	n := len(diagonal)
	d, e := append([]float64{}, diagonal...), make([]float64, n)
	copy(e, off)
	z := make([][]float64, n) // z[k] is the k-th eigenvector
	for k := range z {
		z[k] = make([]float64, n)
		z[k][k] = 1
	}
	for l := range n {
		for range 100 {
			m := l
			for m < n-1 && math.Abs(e[m]) > 1e-16*(math.Abs(d[m])+math.Abs(d[m+1])) {
				m++
			}
			if m == l {
				break
			}
			rotate(d, e, z, l, m)
		}
	}
	order(d, z)
	return d, z
}

// rotate does one implicit QL step on rows l to m.
func rotate(d, e []float64, z [][]float64, l, m int) {
	g := (d[l+1] - d[l]) / (2 * e[l])
	r := math.Sqrt(mul(g, g) + 1)
	g = d[m] - d[l] + e[l]/(g+math.Copysign(r, g))
	s, c, p := 1.0, 1.0, 0.0
	for i := m - 1; i >= l; i-- {
		f, b := mul(s, e[i]), mul(c, e[i])
		r = math.Sqrt(mul(f, f) + mul(g, g))
		if e[i+1] = r; r == 0 {
			d[i+1] -= p
			e[m] = 0
			return
		}
		s, c = f/r, g/r
		g = d[i+1] - p
		r = mul(d[i]-g, s) + mul(mul(2, c), b)
		p = mul(s, r)
		d[i+1] = g + p
		g = mul(c, r) - b
		for k := range z[i] {
			f := z[i+1][k]
			z[i+1][k] = mul(s, z[i][k]) + mul(c, f)
			z[i][k] = mul(c, z[i][k]) - mul(s, f)
		}
	}
	d[l] -= p
	e[l], e[m] = g, 0
}

// order sorts values from the largest, vectors with them.
func order(d []float64, z [][]float64) {
	for i := range d {
		best := i
		for k := i + 1; k < len(d); k++ {
			if d[k] > d[best] {
				best = k
			}
		}
		d[i], d[best] = d[best], d[i]
		z[i], z[best] = z[best], z[i]
	}
}

func dot(a, b []float64) float64 {
	var s float64
	for i, x := range a {
		s += mul(x, b[i])
	}
	return s
}

// axpy adds f times x to y.
func axpy(f float64, x, y []float64) {
	for i, v := range x {
		y[i] += mul(f, v)
	}
}
