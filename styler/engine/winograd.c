// Winograd's convolution F(4x4, 3x3) in float32, for pictures in channels_last order, by blocks of tiles that stay in the
// cache. A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016), section 4.2.
//
// Where a processor multiplies bfloat16, the features may be of it (`bfloat16` is 1), and the transformed numbers are
// rounded to it. The transforms and the sums are float32's. A word below is a float, or two numbers of bfloat16, of one
// channel and the next: `k >> bfloat16` words have k numbers.
//
// Differs from the paper: the points are 0, 3/4, -3/4, 3/2, -3/2 and infinity, where it has 1 and 2. In float32 the error
// is 0.6 of what it would be, in bfloat16 0.5.
//
// A tile (none of those of `tiles.py`) is 4x4 places of the output, which 6x6 places of the input make. Each of the 36
// places of a transformed tile belongs to a matrix product of its own: (tiles, k) by (k, n). So 36 multiplications stand
// for the 144 of a direct convolution. The weights are transformed panel by panel while the tiles of a block wait in the
// cache, because the transformed ones would take four times the memory, and its bandwidth.
//
// AMX multiplies bfloat16 so fast that such a mass of transformed numbers costs more than its products. With it, bfloat16
// is computed by rows instead, by F(4, 3): a tile is 1x4 places of the output, which 1x6 places of each of three rows of
// the input make, and each of six places of a transformed tile belongs to a product (tiles, 3 k) by (3 k, n). So 6 * 3
// multiplications stand for the 36 of a direct convolution. All weights have to be transformed already.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
enum { LANES = 16, ROWS = 12 };
#elif defined(__AVX2__)
enum { LANES = 8, ROWS = 6 };
#elif defined(__aarch64__)
enum { LANES = 4, ROWS = 12 };
#else
enum { LANES = 4, ROWS = 6 };
#endif
enum { PLAIN, BITS, NUMBERS };  // what masks the input
enum { PANEL = 2 * LANES, POINTS = 36, STEP = ROWS / 3, CHANNELS = 512, CHUNK = 128, MANY = 64 };
#if defined(__AMX_BF16__) || defined(__AMXBF16__)  // the latter is clang's, before 15
#define AMX
enum { BY_ROWS = 1 };
#else
enum { BY_ROWS = 0 };
#endif
enum { ACROSS = 32, HIGH = 16 };  // by rows: tiles beside each other at most; rows of a register of AMX

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t ints __attribute__((vector_size(4 * LANES), aligned(4)));
#define INLINE static inline __attribute__((always_inline))

struct convolution {
    const void *x;        // (h, w, k), float or `bfloat16`; with `unpool` (h / 2, w / 2, k), each place for four
    const uint8_t *mask;  // (h, w, k / 8) or null: one bit a number, where 0 makes the number 0
    const void *masker;   // (h, w, k) or null: the same, where it is not above 0; of the kind of x, as are y and pooled
    const void *weight;   // (n / PANEL, k, 9, PANEL): float, or with `half` IEEE 754's binary16
    float *ready;         // (n / PANEL, `weight_planes`) or null: the weights transformed already
    const float *bias;    // (n) or null: neither bias nor ReLU
    void *y;              // (h, w, n) or null
    void *pooled;         // (h / 2, w / 2, n) or null: the means of 2x2 places of y
    uint8_t *lit;         // (h, w, n / 8) or null: where y > 0
    float *scratch;       // `scratch_floats` a thread
    int64_t h, w, k, n, half, bfloat16, unpool, top, bottom, tiles, groups, threads;
    double scale;  // of the weights
    // Only y's rows from `top`, a multiple of 4, to `bottom`, another or h, are computed. What is read and written for them
    // is at its place as if all rows were there.
};

static const float ZEROS[CHANNELS];
static const uint8_t DARK[CHANNELS / 8];

// The products' rows are apart by an odd number of cache lines: powers of 2 would all want the same lines of the cache.
INLINE int64_t row(int64_t words) { return words + 16; }
INLINE int64_t plane(int64_t tiles, int64_t words) { return tiles * row(words) + 16; }
INLINE int64_t weight_plane(int64_t words) { return words * PANEL + 16; }
INLINE int64_t rounded(int64_t tiles, int64_t step) { return (tiles + step - 1) / step * step; }

// Of all points of a panel.
INLINE int64_t weight_planes(int64_t words, const int by_rows) {
    return by_rows ? 6 * weight_plane(3 * words) : POINTS * weight_plane(words);
}

int64_t panel_width(void) { return PANEL; }

int64_t reads_half(void) {
#if defined(__AVX2__) || defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

int64_t multiplies_bfloat16(void) {
#if defined(__AVX512BF16__)
    return 1;
#else
    return 0;
#endif
}

// Whether it computes by rows in bfloat16.
int64_t works_by_rows(void) { return BY_ROWS; }

int64_t ready_floats(int64_t k, int64_t n, int64_t bfloat16) {
    return n / PANEL * weight_planes(k >> bfloat16, BY_ROWS && bfloat16);
}

int64_t scratch_floats(int64_t tiles, int64_t k, int64_t bfloat16) {
    const int64_t words = k >> bfloat16;
    if (BY_ROWS && bfloat16) {
        const int64_t t = rounded(tiles > 2 * ACROSS ? tiles : 2 * ACROSS, HIGH);
        return 6 * (plane(t + 2 * ACROSS, words) + t * PANEL + 16) + 64;
    }
    const int64_t t = rounded(tiles, STEP);
    return POINTS * (plane(t, words) + weight_plane(words) + t * PANEL + 16) + 64;
}

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }

#if defined(__AVX512BF16__)
// Words of the numbers of one vector, and then of those of the next.
INLINE vec joined(vec one, vec next) { return (vec)_mm512_cvtne2ps_pbh((__m512)next, (__m512)one); }

// Words of a number of both each.
INLINE vec paired(vec one, vec next) {
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21,
                                           5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return (vec)_mm512_permutexvar_epi16(order, (__m512i)joined(one, next));
}

// The first numbers of words, and the second ones.
INLINE void split(vec words, vec out[2]) {
    out[0] = (vec)_mm512_slli_epi32((__m512i)words, 16);
    out[1] = (vec)((ints)words & (int32_t)0xffff0000);
}

INLINE vec lit_words(vec words, const uint8_t *mask, int64_t at) {
    uint32_t bits;
    memcpy(&bits, mask + at / 8, 4);
    return (vec)_mm512_maskz_mov_epi16(bits, (__m512i)words);
}

INLINE vec words_above_zero(vec words, vec masker) {
    return (vec)_mm512_maskz_mov_epi16(_mm512_cmpgt_epi16_mask((__m512i)masker, _mm512_setzero_si512()), (__m512i)words);
}

INLINE vec add_products(vec sum, float word, vec words) {
    return (vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_ps(word), (__m512bh)words);
}
#else  // never: see `multiplies_bfloat16`
INLINE vec joined(vec one, vec next) { return one + next; }
INLINE vec paired(vec one, vec next) { return one + next; }
INLINE void split(vec words, vec out[2]) { out[0] = out[1] = words; }
INLINE vec lit_words(vec words, const uint8_t *mask, int64_t at) { return words * mask[at]; }
INLINE vec words_above_zero(vec words, vec masker) { return words + masker; }
INLINE vec add_products(vec sum, float word, vec words) { return sum + word * words; }
#endif

INLINE const void *number(const void *from, int64_t at, const int bfloat16) {
    return (const char *)from + at * (bfloat16 ? 2 : 4);
}

// PANEL numbers of features.
INLINE void store_pair(void *to, int64_t at, const vec v[2], const int bfloat16) {
    float *there = (float *)number(to, at, bfloat16);
    store(there, bfloat16 ? joined(v[0], v[1]) : v[0]);
    if (!bfloat16) store(there + LANES, v[1]);
}

INLINE vec above_zero(vec v, vec masker) { return (vec)((ints)v & (masker > (vec){0})); }

INLINE vec lit_only(vec v, const uint8_t *mask, int64_t at) {
#if defined(__AVX512F__)
    uint16_t bits;
    memcpy(&bits, mask + at / 8, 2);
    return (vec)_mm512_maskz_mov_ps(bits, (__m512)v);
#elif defined(__AVX2__)
    const __m256i lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i bits = _mm256_and_si256(_mm256_set1_epi32(mask[at / 8]), lanes);
    return (vec)_mm256_and_ps((__m256)v, _mm256_castsi256_ps(_mm256_cmpeq_epi32(bits, lanes)));
#else
    for (int i = 0; i < LANES; i++) v[i] = mask[(at + i) / 8] >> (at + i) % 8 & 1 ? v[i] : 0;
    return v;
#endif
}

// The bits of a panel: where its numbers are above 0.
INLINE void store_lit(uint8_t *to, const vec v[2]) {
#if defined(__AVX512F__)
    const uint16_t bits[2] = {_mm512_cmp_ps_mask((__m512)v[0], _mm512_setzero_ps(), _CMP_GT_OQ),
                              _mm512_cmp_ps_mask((__m512)v[1], _mm512_setzero_ps(), _CMP_GT_OQ)};
    memcpy(to, bits, 4);
#elif defined(__AVX2__)
    for (int i = 0; i < 2; i++)
        to[i] = (uint8_t)_mm256_movemask_ps(_mm256_cmp_ps((__m256)v[i], _mm256_setzero_ps(), _CMP_GT_OQ));
#else
    uint8_t bits = 0;
    for (int i = 0; i < PANEL; i++) bits |= (uint8_t)((v[i / LANES][i % LANES] > 0) << i);
    *to = bits;
#endif
}

// The points but for 0 and infinity are NEAR, -NEAR, FAR and -FAR.
#define NEAR 0.75f
#define FAR 1.5f
#define NEAR2 (NEAR * NEAR)
#define FAR2 (FAR * FAR)

// B^T d of six numbers.
INLINE void to_points(const vec d[6], vec *out, int64_t step) {
    const vec near = d[4] - FAR2 * d[2], near_odd = NEAR * (d[3] - FAR2 * d[1]);
    const vec far = d[4] - NEAR2 * d[2], far_odd = FAR * (d[3] - NEAR2 * d[1]);
    out[0] = NEAR2 * FAR2 * d[0] - (NEAR2 + FAR2) * d[2] + d[4];
    out[step] = near + near_odd;
    out[2 * step] = near - near_odd;
    out[3 * step] = far + far_odd;
    out[4 * step] = far - far_odd;
    out[5 * step] = NEAR2 * FAR2 * d[1] - (NEAR2 + FAR2) * d[3] + d[5];
}

// A^T m of six numbers.
INLINE void from_points(const vec m[6], vec *out, int64_t step) {
    const vec near = m[1] + m[2], near_odd = NEAR * (m[1] - m[2]), far = m[3] + m[4], far_odd = FAR * (m[3] - m[4]);
    out[0] = m[0] + near + far;
    out[step] = near_odd + far_odd;
    out[2 * step] = NEAR2 * near + FAR2 * far;
    out[3 * step] = NEAR2 * near_odd + FAR2 * far_odd + m[5];
}

// G g of three numbers.
INLINE void weight_to_points(const vec g[3], vec *out, int64_t step) {
    const float at_near = 1 / (2 * NEAR2 * (NEAR2 - FAR2)), at_far = 1 / (2 * FAR2 * (FAR2 - NEAR2));
    const vec near = at_near * (g[0] + NEAR2 * g[2]), near_odd = at_near * NEAR * g[1];
    const vec far = at_far * (g[0] + FAR2 * g[2]), far_odd = at_far * FAR * g[1];
    out[0] = g[0] * (1 / (NEAR2 * FAR2));
    out[step] = near + near_odd;
    out[2 * step] = near - near_odd;
    out[3 * step] = far + far_odd;
    out[4 * step] = far - far_odd;
    out[5 * step] = g[2];
}

INLINE vec load_weight(const struct convolution *c, int64_t at) {
    const uint16_t *half = (const uint16_t *)c->weight + at;
    if (!c->half) return load((const float *)c->weight + at);
#if defined(__AVX512F__)
    return (vec)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)half));
#elif defined(__AVX2__)
    return (vec)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)half));
#elif defined(__aarch64__)
    return (vec)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(half)));
#else
    return (vec){half[0]};  // never: see `reads_half`
#endif
}

// G g G^T of one channel's weights of a panel, at LANES columns; by rows, G g of each of the three.
INLINE void transform_weight(const struct convolution *c, int64_t at, vec out[36], const int by_rows) {
    vec g[9], rows[18], column[3];
    for (int j = 0; j < 9; j++) g[j] = load_weight(c, at + j * PANEL) * (float)c->scale;
    if (by_rows) {
        for (int j = 0; j < 3; j++) weight_to_points(g + 3 * j, out + 6 * j, 1);
        return;
    }
    for (int j = 0; j < 3; j++) {
        const vec down[3] = {g[j], g[3 + j], g[6 + j]};
        weight_to_points(down, rows + j, 3);
    }
    for (int r = 0; r < 6; r++) {
        for (int j = 0; j < 3; j++) column[j] = rows[3 * r + j];
        weight_to_points(column, out + 6 * r, 1);
    }
}

// Weights from `first` on, of `k` channels of a panel, as (36, weight_plane), of which the rest is unused; by rows as
// (6, weight_plane) of three times the words. Words are of channels in the order in which `split` leaves them.
INLINE void transform_panel(const struct convolution *c, int64_t first, int64_t k, float *out, const int bfloat16,
                            const int by_rows) {
    const int64_t words = k >> bfloat16;
    for (int64_t i = 0; i < words; i++)
        for (int v = 0; v < PANEL; v += LANES) {
            const int64_t channel = bfloat16 ? i / LANES * PANEL + i % (LANES / 2) * 4 + i / (LANES / 2) % 2 : i;
            const int64_t at = first + channel * 9 * PANEL + v;
            vec points[36], next[36];
            transform_weight(c, at, points, by_rows);
            if (bfloat16) transform_weight(c, at + 2 * 9 * PANEL, next, by_rows);
            for (int j = 0; j < (by_rows ? 18 : 36); j++) {
                float *to = out + i * PANEL + v;
                to += by_rows ? j % 6 * weight_plane(3 * words) + j / 6 * words * PANEL : j * weight_plane(words);
                store(to, bfloat16 ? paired(points[j], next[j]) : points[j]);
            }
        }
}

// All of them, to `ready`.
void transform_weights(const struct convolution *c) {
    for (int64_t i = 0; i < c->n / PANEL; i++) {
        const int64_t first = i * c->k * 9 * PANEL;
        float *out = c->ready + i * weight_planes(c->k >> c->bfloat16, BY_ROWS && c->bfloat16);
        if (c->bfloat16) transform_panel(c, first, c->k, out, 1, BY_ROWS);
        else transform_panel(c, first, c->k, out, 0, 0);
    }
}

// A place of the input; outside the picture is 0.
struct place {
    const void *from, *masker;
    const uint8_t *bits;
};

// So many of them beside each other.
INLINE void find_places(const struct convolution *c, int64_t y, int64_t left, int64_t count, struct place *out,
                        const int masked, const int bfloat16) {
    const int64_t shift = c->unpool, height = c->h >> shift << shift, width = c->w >> shift << shift;
    const int64_t row = (y >> shift) * (c->w >> shift);
    for (int64_t x = left; x < left + count; x++) {
        if (y >= 0 && y < height && x >= 0 && x < width) {
            const int64_t at = y * c->w + x;
            out->from = number(c->x, (row + (x >> shift)) * c->k, bfloat16);
            if (masked == NUMBERS) out->masker = number(c->masker, at * c->k, bfloat16);
            if (masked == BITS) out->bits = c->mask + at * (c->k / 8);
        } else *out = (struct place){ZEROS, ZEROS, DARK};
        out++;
    }
}

// LANES words of a place, from channel `v` on: a vector of numbers, or in bfloat16 two of them.
INLINE void load_place(const struct place *place, int64_t v, vec out[2], const int masked, const int bfloat16) {
    vec words = load(number(place->from, v, bfloat16));
    if (masked == BITS) words = bfloat16 ? lit_words(words, place->bits, v) : lit_only(words, place->bits, v);
    if (masked == NUMBERS) {
        const vec masker = load(number(place->masker, v, bfloat16));
        words = bfloat16 ? words_above_zero(words, masker) : above_zero(words, masker);
    }
    if (bfloat16) split(words, out);
    else out[0] = words;
}

// The 6x6 places that the tile at (top, left) reads.
INLINE void transform_tile(const struct convolution *c, int64_t top, int64_t left, float *out, int64_t apart,
                           const int masked, const int bfloat16) {
    struct place places[36];
    for (int i = 0; i < 6; i++) find_places(c, top - 1 + i, left - 1, 6, places + 6 * i, masked, bfloat16);
    for (int64_t v = 0; v < c->k; v += LANES << bfloat16) {
        vec d[2][6], columns[2][36], points[2][6], both[2];
        for (int j = 0; j < 6; j++) {
            for (int i = 0; i < 6; i++) {
                load_place(&places[6 * i + j], v, both, masked, bfloat16);
                for (int e = 0; e <= bfloat16; e++) d[e][i] = both[e];
            }
            for (int e = 0; e <= bfloat16; e++) to_points(d[e], columns[e] + j, 6);
        }
        for (int i = 0; i < 6; i++) {
            for (int e = 0; e <= bfloat16; e++) to_points(columns[e] + 6 * i, points[e], 1);
            for (int j = 0; j < 6; j++) {
                float *to = out + (6 * i + j) * apart + (v >> bfloat16);
                store(to, bfloat16 ? joined(points[0][j], points[1][j]) : points[0][j]);
            }
        }
    }
}

// (rows, words) by (words, PANEL), added to c unless it is the `first`; rows of `a` are row(all) apart.
INLINE void multiply(const float *restrict a, const float *restrict b, float *restrict c, const int rows,
                     const int64_t words, const int64_t all, const int first, const int bfloat16) {
    vec sums[ROWS][2];
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < 2; j++) sums[r][j] = first ? (vec){0} : load(c + r * PANEL + j * LANES);
    for (int64_t i = 0; i < words; i++) {
        const vec b0 = load(b + i * PANEL), b1 = load(b + i * PANEL + LANES);
#pragma GCC unroll 12
        for (int r = 0; r < rows; r++) {
            const float one = a[r * row(all) + i];
            sums[r][0] = bfloat16 ? add_products(sums[r][0], one, b0) : sums[r][0] + one * b0;
            sums[r][1] = bfloat16 ? add_products(sums[r][1], one, b1) : sums[r][1] + one * b1;
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < 2; j++) store(c + r * PANEL + j * LANES, sums[r][j]);
}

// All 36 planes, for `words` of `all`, both constants, so that one register is enough to address all rows.
INLINE void multiply_planes(const float *a, const float *b, float *c, int64_t tiles, int64_t apart, const int64_t words,
                            const int64_t all, const int first, const int bfloat16) {
    for (int p = 0; p < POINTS; p++, a += plane(tiles, all), b += weight_plane(words), c += apart) {
        int64_t t = 0;
        for (; t + ROWS <= tiles; t += ROWS)
            multiply(a + t * row(all), b, c + t * PANEL, ROWS, words, all, first, bfloat16);
        for (; t < tiles; t += STEP) multiply(a + t * row(all), b, c + t * PANEL, STEP, words, all, first, bfloat16);
    }
}

INLINE void multiply_part(const float *a, const float *b, float *c, int64_t tiles, int64_t apart, int64_t words,
                          const int64_t all, int first, const int bfloat16) {
    const int64_t part = CHUNK >> bfloat16;
    if (words == all) multiply_planes(a, b, c, tiles, apart, all, all, 1, bfloat16);
    else if (first) multiply_planes(a, b, c, tiles, apart, part, all, 1, bfloat16);
    else multiply_planes(a, b, c, tiles, apart, part, all, 0, bfloat16);
}

INLINE void multiply_chunk(const float *a, const float *b, float *c, int64_t tiles, int64_t apart, int64_t words,
                           int64_t all, int first, const int bfloat16) {
    if (all == 64 >> bfloat16) multiply_planes(a, b, c, tiles, apart, 64 >> bfloat16, 64 >> bfloat16, 1, bfloat16);
    if (all == 128 >> bfloat16) multiply_planes(a, b, c, tiles, apart, 128 >> bfloat16, 128 >> bfloat16, 1, bfloat16);
    if (all == 256 >> bfloat16) multiply_part(a, b, c, tiles, apart, words, 256 >> bfloat16, first, bfloat16);
    if (all == 512 >> bfloat16) multiply_part(a, b, c, tiles, apart, words, 512 >> bfloat16, first, bfloat16);
}

// `rows` by 4 places of one panel at (top, left).
INLINE void finish(const struct convolution *c, int64_t top, int64_t left, int64_t channel, vec y[][2], const int rows,
                   const int bfloat16) {
    for (int v = 0; v < 2 && c->bias; v++) {
        const vec bias = load(c->bias + channel + v * LANES), none = {0};
        for (int i = 0; i < 4 * rows; i++) {
            const vec sum = y[i][v] + bias;
            y[i][v] = (vec)((ints)sum & ~(sum <= none));  // NaN stays NaN
        }
    }
    for (int64_t i = 0; i < rows && top + i < c->h; i++)
        for (int64_t j = 0; j < 4 && left + j < c->w; j++) {
            const int64_t at = ((top + i) * c->w + left + j) * c->n + channel;
            if (c->y) store_pair(c->y, at, y[4 * i + j], bfloat16);
            if (c->lit) store_lit(c->lit + at / 8, y[4 * i + j]);
        }
    if (!c->pooled) return;
    for (int64_t i = 0; i < rows / 2 && top / 2 + i < c->h / 2; i++)
        for (int64_t j = 0; j < 2 && left / 2 + j < c->w / 2; j++) {
            const int64_t to = ((top / 2 + i) * (c->w / 2) + left / 2 + j) * c->n + channel;
            vec mean[2];
            for (int v = 0; v < 2; v++) {
                const vec *at = &y[8 * i + 2 * j][v];
                mean[v] = (at[0] + at[2] + at[8] + at[10]) * 0.25f;
            }
            store_pair(c->pooled, to, mean, bfloat16);
        }
}

// 4x4 places of one panel at (top, left), from the 36 products of its tile.
INLINE void finish_tile(const struct convolution *c, int64_t top, int64_t left, int64_t channel, const float *m,
                        int64_t apart, const int bfloat16) {
    vec y[16][2];
    for (int v = 0; v < 2; v++) {
        vec columns[24], column[6], four[4];
        for (int j = 0; j < 6; j++) {
            for (int i = 0; i < 6; i++) column[i] = load(m + (6 * i + j) * apart + v * LANES);
            from_points(column, columns + j, 6);
        }
        for (int i = 0; i < 4; i++) {
            from_points(columns + 6 * i, four, 1);
            for (int j = 0; j < 4; j++) y[4 * i + j][v] = four[j];
        }
    }
    finish(c, top, left, channel, y, 4, bfloat16);
}

// One block of tiles, one group of panels.
INLINE void compute(const struct convolution *c, int64_t block, int64_t group, float *scratch, const int bfloat16) {
    const int64_t across = (c->w + 3) / 4, all = (c->bottom - c->top + 3) / 4 * across, words = c->k >> bfloat16;
    const int64_t first = block * c->tiles, count = all - first < c->tiles ? all - first : c->tiles;
    const int64_t t = rounded(count, STEP), apart = plane(t, words), out_apart = t * PANEL + 16;
    float *inputs = scratch, *outputs = inputs + POINTS * apart, *own = outputs + POINTS * out_apart;
    for (int64_t i = 0; i < count; i++) {
        const int64_t top = c->top + (first + i) / across * 4, left = (first + i) % across * 4;
        float *to = inputs + i * row(words);
        if (c->mask) transform_tile(c, top, left, to, apart, BITS, bfloat16);
        else if (c->masker) transform_tile(c, top, left, to, apart, NUMBERS, bfloat16);
        else transform_tile(c, top, left, to, apart, PLAIN, bfloat16);
    }
    for (int p = 0; p < POINTS; p++)  // rows that nobody reads, but that must not be NaN or denormal
        for (int64_t i = count; i < t; i++)
            memset(inputs + p * apart + i * row(words), 0, sizeof(float) * (size_t)words);
    // Few tiles are done with a part of the weights before it would leave the cache.
    const int64_t panels = c->n / PANEL, chunk = c->ready || c->k < CHUNK || t > MANY ? c->k : CHUNK;
    for (int64_t n = panels * group / c->groups; n < panels * (group + 1) / c->groups; n++) {
        for (int64_t k = 0; k < c->k; k += chunk) {
            const float *weight = c->ready ? c->ready + n * POINTS * weight_plane(words) : own;
            if (!c->ready) transform_panel(c, (n * c->k + k) * 9 * PANEL, chunk, own, bfloat16, 0);
            multiply_chunk(inputs + (k >> bfloat16), weight, outputs, t, out_apart, chunk >> bfloat16, words, k == 0,
                           bfloat16);
        }
        for (int64_t i = 0; i < count; i++) {
            const int64_t top = c->top + (first + i) / across * 4, left = (first + i) % across * 4;
            finish_tile(c, top, left, n * PANEL, outputs + i * PANEL, out_apart, bfloat16);
        }
    }
}

// By rows: how the tiles are shared out, in blocks of `rows` by `across`, `parts` beside each other and `bands` of them.
struct grid {
    int64_t across, parts, rows, bands;
};

INLINE struct grid grid_of(const struct convolution *c) {
    const int64_t all = (c->w + 3) / 4, height = rounded(c->bottom - c->top, 2);
    const int64_t parts = (all + ACROSS - 1) / ACROSS, across = (all + parts - 1) / parts;
    const int64_t most = c->tiles / across > 2 ? c->tiles / across / 2 * 2 : 2, bands = (height + most - 1) / most;
    return (struct grid){across, parts, rounded((height + bands - 1) / bands, 2), bands};
}

// Tiles beside each other.
INLINE void transform_row(const struct convolution *c, int64_t y, int64_t left, int64_t across, float *out, int64_t apart,
                          const int masked) {
    struct place places[4 * ACROSS + 2];
    find_places(c, y, left - 1, 4 * across + 2, places, masked, 1);
    for (int64_t i = 0; i < across; i++, out += row(c->k / 2))
        for (int64_t v = 0; v < c->k; v += 2 * LANES) {
            vec d[2][6], points[2][6], both[2];
            for (int j = 0; j < 6; j++) {
                load_place(&places[4 * i + j], v, both, masked, 1);
                for (int e = 0; e < 2; e++) d[e][j] = both[e];
            }
            for (int e = 0; e < 2; e++) to_points(d[e], points[e], 1);
            for (int j = 0; j < 6; j++) store(out + j * apart + v / 2, joined(points[0][j], points[1][j]));
        }
}

#ifdef AMX
// Of registers 0 to 7. Others than the kernel use them on the same threads, and set them for themselves.
INLINE void set_registers(void) {
    static const struct {
        uint8_t palette, start, reserved[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } registers = {1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH}};
    _tile_loadconfig(&registers);
}

INLINE void release_registers(void) { _tile_release(); }

// HIGH rows or twice as many, of three rows of tiles, `across` apart, by (3, words, PANEL). Registers 0 to 3 have the sums,
// 4 and 5 words of `a`, and 6 and 7 of `b`.
INLINE void multiply_rows(const float *a, const float *b, float *c, const int twice, int64_t words, int64_t across) {
    const int64_t a_row = 4 * row(words), row_bytes = 4 * PANEL;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int j = 0; j < 3; j++, a += across * row(words))
        for (int64_t i = 0; i < words; i += 16, b += 16 * PANEL) {
            _tile_loadd(6, b, row_bytes);
            _tile_loadd(7, b + LANES, row_bytes);
            _tile_loadd(4, a + i, a_row);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            if (!twice) continue;
            _tile_loadd(5, a + HIGH * row(words) + i, a_row);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
    _tile_stored(0, c, row_bytes);
    _tile_stored(1, c + LANES, row_bytes);
    if (!twice) return;
    _tile_stored(2, c + HIGH * PANEL, row_bytes);
    _tile_stored(3, c + HIGH * PANEL + LANES, row_bytes);
}
#else  // never: see BY_ROWS
INLINE void set_registers(void) {}
INLINE void release_registers(void) {}
INLINE void multiply_rows(const float *a, const float *b, float *c, const int twice, int64_t words, int64_t across) {
    c[0] = a[0] * b[0] * (float)(twice + words + across);
}
#endif

// 2x4 places of one panel at (top, left), from the products of the tile there and of the one below.
INLINE void finish_rows(const struct convolution *c, int64_t top, int64_t left, int64_t channel, const float *m,
                        int64_t apart, int64_t across) {
    vec y[8][2], points[6], four[4];
    for (int i = 0; i < 2; i++)
        for (int v = 0; v < 2; v++) {
            for (int j = 0; j < 6; j++) points[j] = load(m + i * across * PANEL + j * apart + v * LANES);
            from_points(points, four, 1);
            for (int j = 0; j < 4; j++) y[4 * i + j][v] = four[j];
        }
    finish(c, top, left, channel, y, 2, 1);
}

// As `compute`, by rows.
INLINE void compute_rows(const struct convolution *c, int64_t block, int64_t group, float *scratch) {
    const struct grid grid = grid_of(c);
    const int64_t across = grid.across, left = block % grid.parts * across * 4;
    const int64_t top = c->top + block / grid.parts * grid.rows, below = rounded(c->bottom - top, 2);
    const int64_t rows = below < grid.rows ? below : grid.rows, words = c->k / 2, t = rounded(rows * across, HIGH);
    const int64_t apart = plane(t + 2 * across, words), out_apart = t * PANEL + 16;
    float *inputs = scratch, *outputs = inputs + 6 * apart;
    for (int64_t y = 0; y < rows + 2; y++) {
        float *to = inputs + y * across * row(words);
        if (c->mask) transform_row(c, top - 1 + y, left, across, to, apart, BITS);
        else if (c->masker) transform_row(c, top - 1 + y, left, across, to, apart, NUMBERS);
        else transform_row(c, top - 1 + y, left, across, to, apart, PLAIN);
    }
    const int64_t panels = c->n / PANEL;
    for (int64_t n = panels * group / c->groups; n < panels * (group + 1) / c->groups; n++) {
        __asm__ volatile("" ::: "memory");  // gcc 12 does not know that registers are loaded from memory
        for (int p = 0; p < 6; p++) {
            const float *a = inputs + p * apart;
            const float *b = c->ready + n * weight_planes(words, 1) + p * weight_plane(3 * words);
            float *m = outputs + p * out_apart;
            int64_t i = 0;
            for (; i + 2 * HIGH <= t; i += 2 * HIGH) multiply_rows(a + i * row(words), b, m + i * PANEL, 1, words, across);
            if (i < t) multiply_rows(a + i * row(words), b, m + i * PANEL, 0, words, across);
        }
        for (int64_t y = 0; y < rows; y += 2)
            for (int64_t x = 0; x < across; x++) {
                const float *products = outputs + (y * across + x) * PANEL;
                finish_rows(c, top + y, left + x * 4, n * PANEL, products, out_apart, across);
            }
    }
}

static void compute_float32(const struct convolution *c, int64_t block, int64_t group, float *scratch) {
    compute(c, block, group, scratch, 0);
}

static void compute_bfloat16(const struct convolution *c, int64_t block, int64_t group, float *scratch) {
    if (BY_ROWS) compute_rows(c, block, group, scratch);
    else compute(c, block, group, scratch, 1);
}

// Of the OpenMP that PyTorch has loaded, whose threads are there already. gcc would call it so for a pragma; but other
// compilers would call another OpenMP.
void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);

struct queue {
    const struct convolution *c;
    int64_t next, length;  // of the groups of all blocks
};

static void work_off(void *data) {
    struct queue *queue = data;
    const struct convolution *c = queue->c;
    float *scratch = c->scratch + omp_get_thread_num() * scratch_floats(c->tiles, c->k, c->bfloat16);
    if (c->bfloat16) set_registers();
    for (int64_t i; (i = __atomic_fetch_add(&queue->next, 1, __ATOMIC_RELAXED)) < queue->length;)
        (c->bfloat16 ? compute_bfloat16 : compute_float32)(c, i / c->groups, i % c->groups, scratch);
    if (c->bfloat16) release_registers();
}

void convolve(const struct convolution *c) {
    const int64_t all = (c->bottom - c->top + 3) / 4 * ((c->w + 3) / 4);
    int64_t blocks = (all + c->tiles - 1) / c->tiles;
    if (BY_ROWS && c->bfloat16) blocks = grid_of(c).parts * grid_of(c).bands;
    struct queue queue = {c, 0, blocks * c->groups};
    GOMP_parallel(work_off, &queue, (unsigned)c->threads, 0);
}
