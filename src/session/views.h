// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_SESSION_VIEWS_H
#define HO_SESSION_VIEWS_H

#include "session/paint.h"

// All that a picture of this request is made from, as things stand. HO_END: there is nothing to be shown.
enum ho_result view_take(struct ho_session *session, const struct ho_view_request *request,
                         struct paint *out) HO_MUST_CHECK;
// The same with the playhead at that frame (SOURCE: as asked).
enum ho_result view_take_at(struct ho_session *session, const struct ho_view_request *request, int64_t frame,
                            struct paint *out) HO_MUST_CHECK;
// Of media by itself, whatever is selected.
enum ho_result view_take_media(struct ho_session *session, const struct ho_project_media *media,
                               const struct ho_view_request *request, struct paint *out) HO_MUST_CHECK;
void view_show(struct ho_session *session, int viewer, struct ho_view_picture *picture);    // takes it
struct ho_view_picture *picture_from(const uint8_t *rgb, int width, int height);    // a copy; NULL: out of memory
struct ho_view_picture *ho_view_picture_ref(struct ho_view_picture *picture);

#endif
