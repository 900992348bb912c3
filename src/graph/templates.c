// SPDX-License-Identifier: BSD-2-Clause
// The graphs that ship: the three uses of a saved matte, as an editor knows them from Resolve.
#include <string.h>

#include "graph/internal.h"

static const struct {
    const char *name, *text;
} templates[] = {
    {"save",    // Color: a tracked mask becomes a clean black and white matte
     "{\n\"holdout_graph\": 1,\n"
     "\"comment\": \"Save: white through the mask's key, the key as alpha. Give the footage (source) and the banked "
     "matte (mask).\",\n"
     "\"nodes\": [\n"
     "  {\"id\": \"source\", \"type\": \"source\", \"at\": [0, 0]},\n"
     "  {\"id\": \"mask\", \"type\": \"magic_mask\", \"at\": [200, 0]},\n"
     "  {\"id\": \"white\", \"type\": \"color_generator\", \"at\": [400, 0]},\n"
     "  {\"id\": \"alpha\", \"type\": \"alpha_output\", \"at\": [400, 120]},\n"
     "  {\"id\": \"output\", \"type\": \"output\", \"at\": [600, 0]}\n"
     "],\n\"links\": [\n"
     "  \"source.image -> mask.image\",\n"
     "  \"mask.key -> white.key\",\n"
     "  \"mask.key -> alpha.key\",\n"
     "  \"white.image -> output.image\",\n"
     "  \"alpha.key -> output.alpha\"\n"
     "]\n}\n"},
    {"patch",    // Fusion: text behind the subject
     "{\n\"holdout_graph\": 1,\n"
     "\"comment\": \"Patch: text between a subject and what is behind it. Give the footage and its saved matte.\",\n"
     "\"nodes\": [\n"
     "  {\"id\": \"footage\", \"type\": \"media_in\", \"at\": [0, 0]},\n"
     "  {\"id\": \"matte\", \"type\": \"media_in\", \"at\": [0, 160]},\n"
     "  {\"id\": \"mask\", \"type\": \"bitmap\", \"at\": [200, 160]},\n"
     "  {\"id\": \"patch\", \"type\": \"brightness_contrast\", \"at\": [400, 80], \"parameters\": "
     "{\"multiply_by_mask\": true}},\n"
     "  {\"id\": \"title\", \"type\": \"text_plus\", \"at\": [200, -120], \"parameters\": {\"size\": 0.3}},\n"
     "  {\"id\": \"behind\", \"type\": \"merge\", \"at\": [400, 0]},\n"
     "  {\"id\": \"front\", \"type\": \"merge\", \"at\": [600, 0]},\n"
     "  {\"id\": \"out\", \"type\": \"media_out\", \"at\": [800, 0]}\n"
     "],\n\"links\": [\n"
     "  \"footage.image -> patch.image\",\n"
     "  \"matte.image -> mask.image\",\n"
     "  \"mask.key -> patch.mask\",\n"
     "  \"footage.image -> behind.background\",\n"
     "  \"title.image -> behind.foreground\",\n"
     "  \"behind.image -> front.background\",\n"
     "  \"patch.image -> front.foreground\",\n"
     "  \"front.image -> out.image\"\n"
     "]\n}\n"},
    {"isolate",    // Color: the clip becomes a cut-out for the timeline
     "{\n\"holdout_graph\": 1,\n"
     "\"comment\": \"Isolate: the saved matte, matched by timecode, becomes the clip's alpha. Give the footage "
     "(source) and the matte.\",\n"
     "\"nodes\": [\n"
     "  {\"id\": \"source\", \"type\": \"source\", \"at\": [0, 0]},\n"
     "  {\"id\": \"matte\", \"type\": \"external_matte\", \"at\": [0, 120]},\n"
     "  {\"id\": \"corrector\", \"type\": \"corrector\", \"at\": [200, 0]},\n"
     "  {\"id\": \"alpha\", \"type\": \"alpha_output\", \"at\": [400, 120]},\n"
     "  {\"id\": \"output\", \"type\": \"output\", \"at\": [600, 0], \"parameters\": {\"keep_alpha\": true}}\n"
     "],\n\"links\": [\n"
     "  \"source.image -> corrector.image\",\n"
     "  \"matte.key -> corrector.key\",\n"
     "  \"corrector.key -> alpha.key\",\n"
     "  \"corrector.image -> output.image\",\n"
     "  \"alpha.key -> output.alpha\"\n"
     "]\n}\n"},
};
enum { N_TEMPLATES = sizeof(templates) / sizeof(*templates) };

const char *const *ho_graph_templates(void)
{
    static const char *names[N_TEMPLATES + 1];
    for (int i = 0; i < N_TEMPLATES; i++)
        names[i] = templates[i].name;
    return names;
}

const char *ho_graph_template_text(const char *name)
{
    for (int i = 0; i < N_TEMPLATES; i++)
        if (strcmp(templates[i].name, name) == 0)
            return templates[i].text;
    return NULL;
}

enum ho_result ho_graph_template(const char *name, struct ho_graph **out, struct ho_diag *diag)
{
    const char *text = ho_graph_template_text(name);
    if (text)
        return ho_graph_parse(text, name, out, diag);
    *out = NULL;
    return ho_fail(diag, HO_ERROR_USAGE, "there is no template \"%.80s\"; there are save, patch and isolate", name);
}
