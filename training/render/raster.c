// SPDX-License-Identifier: BSD-2-Clause
// A small rasteriser of skinned, textured models for training films: colour in linear light, coverage of each thing,
// shadows. World and view are left-handed: x right, y up, z forward. A matrix is three rows of four. raster.py mirrors
// the structs.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NO_BONE = 255, PAINTED = 1, PIERCED = 2 };
#define NEAR 0.2f
#define FAR_AWAY 1e30f

struct mesh {
    int n_vertices, n_faces, n_bones;    // bones[n_bones] moves what hangs on none
    const float *position, *normal, *uv;
    const uint8_t *bone;    // four a vertex, NO_BONE where there are fewer
    const float *weight;
    const uint16_t *face;
};

struct texture {
    const uint8_t *pixels;    // RGBA, then the same at half the size, and so on
    int width, height, n_levels;
};

struct look {
    int flags;    // PAINTED: `paint` shows where alpha is low; PIERCED: alpha is a hole
    float paint[3], tint[3], gloss;
    int thing;    // 0: covers others and is nobody
};

struct canvas {
    int width, height, n_things, map_size;
    float view[12], focal, centre[2], jitter[2], eye[3];
    float light[12], to_sun[3], sun[3], sky[3], ground[3], bias;    // `light`: to u, v in 0..1 and depth
    uint32_t seed;
    float *depth, *sample;    // of the sample at hand: 1 / z, colour
    uint8_t *owner;
    float *map;                              // depth from the light
    float *colour, *cover;                   // summed over samples: [height][width][3], [n_things][height][width]
    float *world, *normal, *lit, *screen;    // of the vertices at hand
    int n_room;
};

static float linear[256];

void canvas_free(struct canvas *c)
{
    float *all[] = {c->depth, c->sample, c->map, c->colour, c->cover, c->world, c->normal, c->lit, c->screen};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(c->owner);
    free(c);
}

struct canvas *canvas_new(int width, int height, int n_things, int map_size)
{
    struct canvas *c = calloc(1, sizeof *c);
    size_t n = (size_t)width * (size_t)height;
    if (!c)
        return NULL;
    *c = (struct canvas){.width = width, .height = height, .n_things = n_things, .map_size = map_size};
    c->depth = calloc(n, sizeof(float));
    c->sample = calloc(3 * n, sizeof(float));
    c->owner = calloc(n, 1);
    c->map = calloc((size_t)map_size * (size_t)map_size, sizeof(float));
    c->colour = calloc(3 * n, sizeof(float));
    c->cover = calloc(n * (size_t)n_things, sizeof(float));
    if (!c->depth || !c->sample || !c->owner || !c->map || !c->colour || !c->cover) {
        canvas_free(c);
        return NULL;
    }
    for (int i = 0; i < 256; i++) {
        float v = (float)i / 255;
        linear[i] = v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
    }
    return c;
}

float *canvas_colour(struct canvas *c) { return c->colour; }
float *canvas_cover(struct canvas *c) { return c->cover; }

void canvas_clear(struct canvas *c)
{
    size_t n = (size_t)c->width * (size_t)c->height;
    memset(c->colour, 0, 3 * n * sizeof(float));
    memset(c->cover, 0, (size_t)c->n_things * n * sizeof(float));
}

void canvas_camera(struct canvas *c, const float view[12], float focal, float x, float y, float jitter_x,
                   float jitter_y)
{
    memcpy(c->view, view, sizeof c->view);
    c->focal = focal;
    c->centre[0] = x, c->centre[1] = y;
    c->jitter[0] = jitter_x, c->jitter[1] = jitter_y;
    for (int i = 0; i < 3; i++)
        c->eye[i] = -(view[i] * view[3] + view[4 + i] * view[7] + view[8 + i] * view[11]);
    c->seed = c->seed * 1664525u + 1013904223u;
}

// A new light, whose shadow map is empty. `colours`: sun, sky, ground.
void canvas_light(struct canvas *c, const float light[12], const float to_sun[3], const float colours[9], float bias)
{
    memcpy(c->light, light, sizeof c->light);
    memcpy(c->to_sun, to_sun, sizeof c->to_sun);
    memcpy(c->sun, colours, 9 * sizeof(float));
    c->bias = bias;
    for (int i = 0; i < c->map_size * c->map_size; i++)
        c->map[i] = FAR_AWAY;
}

static void transform(const float m[12], const float p[3], float w, float out[3])
{
    for (int r = 0; r < 3; r++)
        out[r] = m[4 * r] * p[0] + m[4 * r + 1] * p[1] + m[4 * r + 2] * p[2] + m[4 * r + 3] * w;
}

static int make_room(struct canvas *c, int n)
{
    if (n <= c->n_room)
        return 1;
    float **all[] = {&c->world, &c->normal, &c->lit, &c->screen};
    for (int i = 0; i < 4; i++) {
        float *more = realloc(*all[i], (size_t)n * 3 * sizeof(float));
        if (!more)
            return 0;
        *all[i] = more;
    }
    c->n_room = n;
    return 1;
}

// Vertices where their bones take them, in the world and as the light sees them.
static void pose(struct canvas *c, const struct mesh *mesh, const float *bones)
{
    for (int i = 0; i < mesh->n_vertices; i++) {
        const uint8_t *bone = mesh->bone + 4 * i;
        float m[12] = {0};
        if (bone[0] == NO_BONE || !mesh->n_bones)
            memcpy(m, bones + 12 * mesh->n_bones, sizeof m);
        else
            for (int k = 0; k < 4 && bone[k] != NO_BONE; k++)
                for (int j = 0; j < 12; j++)
                    m[j] += mesh->weight[4 * i + k] * bones[12 * bone[k] + j];
        transform(m, mesh->position + 3 * i, 1, c->world + 3 * i);
        transform(m, mesh->normal + 3 * i, 0, c->normal + 3 * i);
        transform(c->light, c->world + 3 * i, 1, c->lit + 3 * i);
    }
}

// Bilinear, repeated.
static void sample_texture(const struct texture *t, int level, float u, float v, float out[4])
{
    const uint8_t *pixels = t->pixels;
    int w = t->width, h = t->height;
    for (; level > 0; level--) {
        pixels += (size_t)w * (size_t)h * 4;
        w /= 2, h /= 2;
    }
    float x = (u - floorf(u)) * (float)w - 0.5f, y = (v - floorf(v)) * (float)h - 0.5f;
    int x0 = (int)floorf(x), y0 = (int)floorf(y);
    float a = x - (float)x0, b = y - (float)y0;
    int xs[] = {(x0 + w) % w, (x0 + 1) % w}, ys[] = {(y0 + h) % h, (y0 + 1) % h};
    for (int k = 0; k < 4; k++) {
        float top = (1 - a) * pixels[4 * (ys[0] * w + xs[0]) + k] + a * pixels[4 * (ys[0] * w + xs[1]) + k];
        float bottom = (1 - a) * pixels[4 * (ys[1] * w + xs[0]) + k] + a * pixels[4 * (ys[1] * w + xs[1]) + k];
        out[k] = (1 - b) * top + b * bottom;
    }
}

static float random_of(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return (float)((x ^ x >> 16) >> 8) / 16777216.f;
}

// The share of nine places of the shadow map around (u, v) that something nearer to the light covers.
static float shade(const struct canvas *c, const float at[3], float softness)
{
    int hits = 0, n = c->map_size;
    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) {
            int x = (int)floorf(at[0] * (float)n + (float)i * softness),
                y = (int)floorf(at[1] * (float)n + (float)j * softness);
            hits += x >= 0 && y >= 0 && x < n && y < n && c->map[y * n + x] < at[2] - c->bias;
        }
    return (float)hits / 9;
}

// A triangle on a grid: where it may be, and how a place inside divides between its corners.
struct span {
    int x0, y0, x1, y1;
    float ax, ay, to_b[2], to_c[2], area;
};

static int span_of(const float *a, const float *b, const float *c, int width, int height, struct span *s)
{
    s->area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    float left = fminf(a[0], fminf(b[0], c[0])), right = fmaxf(a[0], fmaxf(b[0], c[0]));
    float top = fminf(a[1], fminf(b[1], c[1])), bottom = fmaxf(a[1], fmaxf(b[1], c[1]));
    if (fabsf(s->area) < 1e-6f || right < 0 || bottom < 0 || left > (float)width || top > (float)height)
        return 0;
    s->x0 = (int)fmaxf(0, floorf(left)), s->x1 = (int)fminf((float)width - 1, ceilf(right));
    s->y0 = (int)fmaxf(0, floorf(top)), s->y1 = (int)fminf((float)height - 1, ceilf(bottom));
    s->ax = a[0], s->ay = a[1];
    s->to_b[0] = (c[1] - a[1]) / s->area, s->to_b[1] = (a[0] - c[0]) / s->area;
    s->to_c[0] = (a[1] - b[1]) / s->area, s->to_c[1] = (b[0] - a[0]) / s->area;
    return 1;
}

// Shares of the corners at the middle of a pixel; false outside.
static int inside(const struct span *s, int x, int y, float share[3])
{
    float px = (float)x + 0.5f - s->ax, py = (float)y + 0.5f - s->ay;
    share[1] = px * s->to_b[0] + py * s->to_b[1];
    share[2] = px * s->to_c[0] + py * s->to_c[1];
    share[0] = 1 - share[1] - share[2];
    return share[0] >= 0 && share[1] >= 0 && share[2] >= 0;
}

static float mix(const float share[3], const float *values, const uint16_t *corner, int width, int component)
{
    return share[0] * values[width * corner[0] + component] + share[1] * values[width * corner[1] + component] +
           share[2] * values[width * corner[2] + component];
}

// Draws a model into the shadow map.
int canvas_shadow(struct canvas *c, const struct mesh *mesh, const float *bones, const struct texture *texture,
                  const struct look *look)
{
    if (!make_room(c, mesh->n_vertices))
        return 0;
    pose(c, mesh, bones);
    float size = (float)c->map_size;
    for (int i = 0; i < mesh->n_vertices; i++)
        for (int k = 0; k < 2; k++)
            c->screen[3 * i + k] = c->lit[3 * i + k] * size;
    for (int f = 0; f < mesh->n_faces; f++) {
        const uint16_t *corner = mesh->face + 3 * f;
        struct span s;
        if (!span_of(c->screen + 3 * corner[0], c->screen + 3 * corner[1], c->screen + 3 * corner[2], c->map_size,
                     c->map_size, &s))
            continue;
        for (int y = s.y0; y <= s.y1; y++)
            for (int x = s.x0; x <= s.x1; x++) {
                float share[3], texel[4];
                if (!inside(&s, x, y, share))
                    continue;
                float depth = mix(share, c->lit, corner, 3, 2), *map = c->map + y * c->map_size + x;
                if (depth >= *map)
                    continue;
                if (look->flags & PIERCED) {
                    sample_texture(texture, texture->n_levels > 1, mix(share, mesh->uv, corner, 2, 0),
                                   mix(share, mesh->uv, corner, 2, 1), texel);
                    if (texel[3] < 128)
                        continue;
                }
                *map = depth;
            }
    }
    return 1;
}

static void normalise(float v[3])
{
    float scale = 1 / sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + 1e-12f);
    for (int i = 0; i < 3; i++)
        v[i] *= scale;
}

// The light that a place of a surface sends to the eye.
static void shine(const struct canvas *c, const struct look *look, const float texel[4], float normal[3],
                  const float place[3], const float lit[3], float out[3])
{
    float to_eye[3], half[3], facing = 0, to_light = 0, gleam = 0, sunny = 0;
    for (int i = 0; i < 3; i++)
        to_eye[i] = c->eye[i] - place[i];
    normalise(normal);
    normalise(to_eye);
    for (int i = 0; i < 3; i++)
        facing += normal[i] * to_eye[i];
    if (facing < -0.15f || (facing < 0 && look->flags & PIERCED))    // the back of something thin
        for (int i = 0; i < 3; i++)
            normal[i] = -normal[i];
    for (int i = 0; i < 3; i++) {
        to_light += normal[i] * c->to_sun[i];
        half[i] = c->to_sun[i] + to_eye[i];
    }
    normalise(half);
    if (to_light > 0) {
        float open = 1 - shade(c, lit, 1.2f),
              along = fmaxf(0, normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2]);
        sunny = to_light * open;
        gleam = look->gloss * powf(along, 24) * open;
    }
    float above = 0.5f + 0.5f * normal[1], hollow = 0.65f + 0.35f * fminf(1, 1.5f * fabsf(facing));
    for (int i = 0; i < 3; i++) {
        float albedo = linear[(int)(texel[i] + 0.5f)] * look->tint[i];
        if (look->flags & PAINTED)
            albedo *= look->paint[i] + (1 - look->paint[i]) * texel[3] / 255;
        out[i] = fminf(4, albedo * (c->sun[i] * sunny + (c->sky[i] * above + c->ground[i] * (1 - above)) * hollow) +
                              0.3f * gleam * c->sun[i]);
    }
}

static void draw_face(struct canvas *c, const struct mesh *mesh, const struct texture *texture, const struct look *look,
                      const uint16_t *corner)
{
    struct span s;
    const float *a = c->screen + 3 * corner[0], *b = c->screen + 3 * corner[1], *d = c->screen + 3 * corner[2];
    if (a[2] <= 0 || b[2] <= 0 || d[2] <= 0 || !span_of(a, b, d, c->width, c->height, &s))
        return;
    const float *ua = mesh->uv + 2 * corner[0], *ub = mesh->uv + 2 * corner[1], *ud = mesh->uv + 2 * corner[2];
    float texels = fabsf((ub[0] - ua[0]) * (ud[1] - ua[1]) - (ub[1] - ua[1]) * (ud[0] - ua[0])) *
                   (float)texture->width * (float)texture->height;
    float ratio = texels / fabsf(s.area);
    int level = ratio > 1 ? (int)(0.5f * log2f(ratio) + 0.35f) : 0;
    level = level < texture->n_levels ? level : texture->n_levels - 1;
    for (int y = s.y0; y <= s.y1; y++)
        for (int x = s.x0; x <= s.x1; x++) {
            float share[3], texel[4], normal[3], place[3], lit[3];
            size_t at = (size_t)y * (size_t)c->width + (size_t)x;
            if (!inside(&s, x, y, share))
                continue;
            float near = share[0] * a[2] + share[1] * b[2] + share[2] * d[2];
            if (near <= c->depth[at])
                continue;
            for (int i = 0; i < 3; i++)
                share[i] *= (i == 0 ? a : i == 1 ? b : d)[2] / near;    // as in space, not on the screen
            sample_texture(texture, level, mix(share, mesh->uv, corner, 2, 0), mix(share, mesh->uv, corner, 2, 1),
                           texel);
            if (look->flags & PIERCED && texel[3] < 255 * (0.08f + 0.84f * random_of((uint32_t)at * 9781u + c->seed)))
                continue;
            for (int i = 0; i < 3; i++) {
                normal[i] = mix(share, c->normal, corner, 3, i);
                place[i] = mix(share, c->world, corner, 3, i);
                lit[i] = mix(share, c->lit, corner, 3, i);
            }
            c->depth[at] = near;
            c->owner[at] = (uint8_t)look->thing;
            shine(c, look, texel, normal, place, lit, c->sample + 3 * at);
        }
}

// Draws a model into the sample at hand.
int canvas_draw(struct canvas *c, const struct mesh *mesh, const float *bones, const struct texture *texture,
                const struct look *look)
{
    if (!make_room(c, mesh->n_vertices))
        return 0;
    pose(c, mesh, bones);
    for (int i = 0; i < mesh->n_vertices; i++) {
        float seen[3], *screen = c->screen + 3 * i;
        transform(c->view, c->world + 3 * i, 1, seen);
        screen[2] = seen[2] < NEAR ? -1 : 1 / seen[2];
        screen[0] = c->centre[0] + c->focal * seen[0] * screen[2] + c->jitter[0];
        screen[1] = c->centre[1] - c->focal * seen[1] * screen[2] + c->jitter[1];
    }
    for (int f = 0; f < mesh->n_faces; f++)
        draw_face(c, mesh, texture, look, mesh->face + 3 * f);
    return 1;
}

// Adds the sample at hand to the sums and begins an empty one.
void canvas_gather(struct canvas *c, float weight)
{
    size_t n = (size_t)c->width * (size_t)c->height;
    for (size_t i = 0; i < n; i++) {
        if (c->depth[i] <= 0)
            continue;
        for (int k = 0; k < 3; k++)
            c->colour[3 * i + (size_t)k] += weight * c->sample[3 * i + (size_t)k];
        c->cover[c->owner[i] * n + i] += weight;
        c->depth[i] = 0;
    }
}

// How much of the light the ground, y = 0, lacks at each pixel: [height][width], 0 above the horizon.
void canvas_ground(const struct canvas *c, float softness, float *out)
{
    const float *m = c->view;
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            float across = ((float)x + 0.5f - c->centre[0]) / c->focal,
                  up = (c->centre[1] - (float)y - 0.5f) / c->focal, place[3], lit[3];
            float down = m[1] * across + m[5] * up + m[9];
            out[y * c->width + x] = 0;
            if (down > -1e-4f)
                continue;
            float far = -c->eye[1] / down;
            for (int i = 0; i < 3; i++)
                place[i] = c->eye[i] + far * (m[i] * across + m[4 + i] * up + m[8 + i]);
            transform(c->light, place, 1, lit);
            out[y * c->width + x] = shade(c, lit, softness);
        }
}
