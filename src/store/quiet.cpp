#include "store/quiet.hpp"

#include "store/handles.hpp"

namespace clvae::store {

struct QuietHdf5::Printing {
  H5E_auto2_t function = nullptr;
  void* data = nullptr;
  bool is_known = false;
};

QuietHdf5::QuietHdf5() : before_(std::make_unique<Printing>()) {
  unsigned is_of_today = 0;
  // A program may have set it by the functions of HDF5 1.6, which can't be asked for here.
  before_->is_known = H5Eauto_is_v2(H5E_DEFAULT, &is_of_today) >= 0 && is_of_today > 0 &&
                      H5Eget_auto2(H5E_DEFAULT, &before_->function, &before_->data) >= 0;
  prepare_library();
}

QuietHdf5::~QuietHdf5() {
  if (before_->is_known) H5Eset_auto2(H5E_DEFAULT, before_->function, before_->data);
}

}  // namespace clvae::store
