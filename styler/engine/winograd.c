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

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t ints __attribute__((vector_size(4 * LANES), aligned(4)));
#define INLINE static inline __attribute__((always_inline))

struct convolution {
    const void *x;        // (h, w, k), float or `bfloat16`; with `unpool` (h / 2, w / 2, k), each place for four
    const uint8_t *mask;  // (h, w, k / 8) or null: one bit a number, where 0 makes the number 0
    const void *masker;   // (h, w, k) or null: the same, where it is not above 0; of the kind of x, as are y and pooled
    const void *weight;   // (n / PANEL, k, 9, PANEL): float, or with `half` IEEE 754's binary16
    float *ready;         // (n / PANEL, 36, `weight_plane` words) or null: the weights transformed already
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
INLINE int64_t rounded(int64_t tiles) { return (tiles + STEP - 1) / STEP * STEP; }

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

int64_t ready_floats(int64_t k, int64_t n, int64_t bfloat16) {
    return n / PANEL * POINTS * weight_plane(k >> bfloat16);
}

int64_t scratch_floats(int64_t tiles, int64_t k, int64_t bfloat16) {
    const int64_t t = rounded(tiles), words = k >> bfloat16;
    return POINTS * (plane(t, words) + weight_plane(words) + t * PANEL + 16) + 64;
}

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }

#if defined(__AVX512BF16__)
INLINE __m256i to_bfloat16(vec v) { return (__m256i)_mm512_cvtneps_pbh((__m512)v); }

INLINE void store_bfloat16(void *to, vec v) { _mm256_storeu_si256((__m256i *)to, to_bfloat16(v)); }

INLINE vec load_bfloat16(const void *from) {
    return (vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from)), 16);
}

// Words of one channel and the next.
INLINE vec paired(vec one, vec next) {
    const __m512i low = _mm512_cvtepu16_epi32(to_bfloat16(one)), high = _mm512_cvtepu16_epi32(to_bfloat16(next));
    return (vec)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

INLINE vec add_products(vec sum, float word, vec words) {
    return (vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_ps(word), (__m512bh)words);
}
#else  // never: see `multiplies_bfloat16`
INLINE void store_bfloat16(void *to, vec v) { store(to, v); }
INLINE vec load_bfloat16(const void *from) { return load(from); }
INLINE vec paired(vec one, vec next) { return one + next; }
INLINE vec add_products(vec sum, float word, vec words) { return sum + word * words; }
#endif

// LANES numbers of features from `at` on.
INLINE vec load_numbers(const void *from, int64_t at, const int bfloat16) {
    return bfloat16 ? load_bfloat16((const uint16_t *)from + at) : load((const float *)from + at);
}

INLINE void store_numbers(void *to, int64_t at, vec v, const int bfloat16) {
    if (bfloat16) store_bfloat16((uint16_t *)to + at, v);
    else store((float *)to + at, v);
}

INLINE const void *number(const void *from, int64_t at, const int bfloat16) {
    return (const char *)from + at * (bfloat16 ? 2 : 4);
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

// G g G^T of one channel's weights of a panel, at LANES columns.
INLINE void transform_weight(const struct convolution *c, int64_t at, vec out[36]) {
    vec g[9], rows[18], column[3];
    for (int j = 0; j < 9; j++) g[j] = load_weight(c, at + j * PANEL) * (float)c->scale;
    for (int j = 0; j < 3; j++) {
        const vec down[3] = {g[j], g[3 + j], g[6 + j]};
        weight_to_points(down, rows + j, 3);
    }
    for (int r = 0; r < 6; r++) {
        for (int j = 0; j < 3; j++) column[j] = rows[3 * r + j];
        weight_to_points(column, out + 6 * r, 1);
    }
}

// Weights from `first` on, of `k` channels of a panel, as (36, weight_plane), of which the rest is unused.
INLINE void transform_panel(const struct convolution *c, int64_t first, int64_t k, float *out, const int bfloat16) {
    const int64_t words = k >> bfloat16;
    for (int64_t i = 0; i < words; i++)
        for (int v = 0; v < PANEL; v += LANES) {
            const int64_t at = first + (i << bfloat16) * 9 * PANEL + v;
            vec points[36], next[36];
            transform_weight(c, at, points);
            if (bfloat16) transform_weight(c, at + 9 * PANEL, next);
            for (int j = 0; j < 36; j++)
                store(out + j * weight_plane(words) + i * PANEL + v, bfloat16 ? paired(points[j], next[j]) : points[j]);
        }
}

// All of them, to `ready`.
void transform_weights(const struct convolution *c) {
    for (int64_t i = 0; i < c->n / PANEL; i++) {
        const int64_t first = i * c->k * 9 * PANEL;
        float *out = c->ready + i * POINTS * weight_plane(c->k >> c->bfloat16);
        if (c->bfloat16) transform_panel(c, first, c->k, out, 1);
        else transform_panel(c, first, c->k, out, 0);
    }
}

// The 6x6 places that the tile at (top, left) reads; outside the picture is 0.
INLINE void transform_tile(const struct convolution *c, int64_t top, int64_t left, float *out, int64_t apart,
                           const int masked, const int bfloat16) {
    const void *from[36], *maskers[36];
    const uint8_t *bits[36];
    for (int64_t i = 0; i < 36; i++) {
        const int64_t y = top - 1 + i / 6, x = left - 1 + i % 6, shift = c->unpool;
        const int64_t height = c->h >> shift << shift, width = c->w >> shift << shift;
        const int inside = y >= 0 && x >= 0 && y < height && x < width;
        from[i] = inside ? number(c->x, ((y >> shift) * (c->w >> shift) + (x >> shift)) * c->k, bfloat16) : ZEROS;
        if (masked == BITS) bits[i] = inside ? c->mask + (y * c->w + x) * (c->k / 8) : DARK;
        if (masked == NUMBERS) maskers[i] = inside ? number(c->masker, (y * c->w + x) * c->k, bfloat16) : ZEROS;
    }
    for (int64_t v = 0; v < c->k; v += LANES) {
        vec d[6], columns[36], points[6];
        for (int j = 0; j < 6; j++) {
            for (int i = 0; i < 6; i++) {
                d[i] = load_numbers(from[6 * i + j], v, bfloat16);
                if (masked == BITS) d[i] = lit_only(d[i], bits[6 * i + j], v);
                if (masked == NUMBERS) d[i] = above_zero(d[i], load_numbers(maskers[6 * i + j], v, bfloat16));
            }
            to_points(d, columns + j, 6);
        }
        for (int i = 0; i < 6; i++) {
            to_points(columns + 6 * i, points, 1);
            for (int j = 0; j < 6; j++) store_numbers(out + (6 * i + j) * apart, v, points[j], bfloat16);
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
        if (c->bias) {
            const vec bias = load(c->bias + channel + v * LANES), none = {0};
            for (int i = 0; i < 16; i++) {
                const vec sum = y[i][v] + bias;
                y[i][v] = (vec)((ints)sum & ~(sum <= none));  // NaN stays NaN
            }
        }
    }
    for (int64_t i = 0; i < 4 && top + i < c->h; i++)
        for (int64_t j = 0; j < 4 && left + j < c->w; j++) {
            const int64_t at = ((top + i) * c->w + left + j) * c->n + channel;
            for (int v = 0; c->y && v < 2; v++) store_numbers(c->y, at + v * LANES, y[4 * i + j][v], bfloat16);
            if (c->lit) store_lit(c->lit + at / 8, y[4 * i + j]);
        }
    if (!c->pooled) return;
    for (int64_t i = 0; i < 2 && top / 2 + i < c->h / 2; i++)
        for (int64_t j = 0; j < 2 && left / 2 + j < c->w / 2; j++) {
            const int64_t to = ((top / 2 + i) * (c->w / 2) + left / 2 + j) * c->n + channel;
            for (int v = 0; v < 2; v++) {
                const vec *at = &y[8 * i + 2 * j][v];
                store_numbers(c->pooled, to + v * LANES, (at[0] + at[2] + at[8] + at[10]) * 0.25f, bfloat16);
            }
        }
}

// One block of tiles, one group of panels.
INLINE void compute(const struct convolution *c, int64_t block, int64_t group, float *scratch, const int bfloat16) {
    const int64_t across = (c->w + 3) / 4, all = (c->bottom - c->top + 3) / 4 * across, words = c->k >> bfloat16;
    const int64_t first = block * c->tiles, count = all - first < c->tiles ? all - first : c->tiles;
    const int64_t t = rounded(count), apart = plane(t, words), out_apart = t * PANEL + 16;
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
            if (!c->ready) transform_panel(c, (n * c->k + k) * 9 * PANEL, chunk, own, bfloat16);
            multiply_chunk(inputs + (k >> bfloat16), weight, outputs, t, out_apart, chunk >> bfloat16, words, k == 0,
                           bfloat16);
        }
        for (int64_t i = 0; i < count; i++) {
            const int64_t top = c->top + (first + i) / across * 4, left = (first + i) % across * 4;
            finish_tile(c, top, left, n * PANEL, outputs + i * PANEL, out_apart, bfloat16);
        }
    }
}

static void compute_float32(const struct convolution *c, int64_t block, int64_t group, float *scratch) {
    compute(c, block, group, scratch, 0);
}

static void compute_bfloat16(const struct convolution *c, int64_t block, int64_t group, float *scratch) {
    compute(c, block, group, scratch, 1);
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
    for (int64_t i; (i = __atomic_fetch_add(&queue->next, 1, __ATOMIC_RELAXED)) < queue->length;)
        (c->bfloat16 ? compute_bfloat16 : compute_float32)(c, i / c->groups, i % c->groups, scratch);
}

void convolve(const struct convolution *c) {
    const int64_t all = (c->bottom - c->top + 3) / 4 * ((c->w + 3) / 4), blocks = (all + c->tiles - 1) / c->tiles;
    struct queue queue = {c, 0, blocks * c->groups};
    GOMP_parallel(work_off, &queue, (unsigned)c->threads, 0);
}
